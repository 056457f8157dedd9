"""Studies made from the browser or by a script: ordered, then built by a process of their own.

`plan` says what to make, `build` makes it, `process` runs that beside the server, and `forms` and
`pages` let a researcher order it. What a command makes at once is in `reviewapp.study_drafts`,
which builds call too.
"""
