"""Everything that a server holds as one file, which either kind of database takes back.

`rows` turns tables into lines of JSON and back, `archive` packs and checks the file, `copy` does
both for a whole server.
"""
