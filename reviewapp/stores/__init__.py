"""Where volumes lie: a folder of this machine, or a bucket that speaks S3.

`store` says what either must do, `bucket` reads which one is meant, `folder` and `s3` do it.
"""
