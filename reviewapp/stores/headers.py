"""Headers of a store that no browser may see: times, tags and places tell one volume from another.

nginx strips headers by their names alone (deploy/nginx-s3.conf, which a test holds to this list).
So a volume that a store sends with any other goes through the app, which passes none.
"""

#: What nginx never passes from behind, or makes itself.
NGINX_S_OWN = frozenset(
    {"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"}
)
#: AWS's GetObject and common headers, and what MinIO, Ceph and proxies before them add.
STRIPPED = frozenset(
    """
    accept-ranges access-control-allow-origin access-control-expose-headers age alt-svc
    cache-control content-disposition content-encoding content-language content-security-policy
    content-type etag expires last-modified origin-agent-cluster pragma
    referrer-policy set-cookie strict-transport-security vary via x-amz-bucket-region
    x-amz-checksum-crc32 x-amz-checksum-crc32c x-amz-checksum-crc64nvme x-amz-checksum-sha1
    x-amz-checksum-sha256 x-amz-checksum-type x-amz-content-sha256 x-amz-delete-marker
    x-amz-expiration x-amz-id-2 x-amz-sdk-checksum-algorithm
    x-amz-missing-meta x-amz-mp-parts-count x-amz-object-lock-legal-hold x-amz-object-lock-mode
    x-amz-object-lock-retain-until-date x-amz-replication-status x-amz-request-charged
    x-amz-request-id x-amz-restore x-amz-server-side-encryption
    x-amz-server-side-encryption-aws-kms-key-id x-amz-server-side-encryption-bucket-key-enabled
    x-amz-server-side-encryption-customer-algorithm x-amz-server-side-encryption-customer-key-md5
    x-amz-storage-class x-amz-tagging-count x-amz-version-id x-amz-website-redirect-location
    x-amzn-requestid x-content-type-options x-frame-options x-minio-deployment-id
    x-ratelimit-limit x-ratelimit-remaining x-request-id x-rgw-object-type x-robots-tag
    x-xss-protection
    """.split()  # noqa: SIM905 - sixty lines otherwise
)
