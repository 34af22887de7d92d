"""The CDN: one domain whose paths lead to the functions' URLs, by `custom.routes` of serverless.yml.

What is cached, for whom, and how the functions are locked: docs/decisions/the-front.md.
"""

from pathlib import Path
from typing import Any

from deploy.logical_names import logical_name, parameter_name
from deploy.service import Route, Service

METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]
PUBLIC_KEY = ["Origin", "Accept-Language"]
READER_KEY = [*PUBLIC_KEY, "Authorization", "X-API-Key"]
FORWARDED = [
    *("Accept", "Access-Control-Request-Headers", "Access-Control-Request-Method", "CloudFront-Viewer-Address"),
    *("Content-Type", "Idempotency-Key", "Stripe-Signature", "X-Request-ID"),
]
"""Headers sent to the origin besides those of the cache key; not `Host`, as a URL answers to its own name alone."""
PER_READER = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "X-Request-ID"]
"""Headers of one reader's response that mean nothing to the next, who is given a copy."""
ERRORS = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504]
RECORD, RECORD_PATH = "record", "/record/*"
"""The origin and the paths of the public bucket of the record."""
YEAR = 31_536_000
"""Seconds that its files may be cached: they never change. Those that do change state a shorter time."""
CACHE_POLICIES = {"public": "PublicCachePolicy", "per_reader": "ReaderCachePolicy", "none": "NoCachePolicy"}
"""Logical names, by `cache` of a route."""


def fragment(service: Service, domain: str | None, certificate: str | None) -> dict[str, Any]:
    """The distribution with its policies.

    Args:
        domain: a custom one; without it CloudFront's own serves.
        certificate: ARN of the domain's, in us-east-1.
    """
    language = {
        "Name": f"{service.name}-language",
        "AutoPublish": True,
        "FunctionCode": (Path(__file__).parent / "accept_language.js").read_text(),
        "FunctionConfig": {"Comment": "Accept-Language as fr or en", "Runtime": "cloudfront-js-2.0"},
    }
    forwarded = {
        "Name": f"{service.name}-forwarded-headers",
        "CookiesConfig": {"CookieBehavior": "none"},
        "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": FORWARDED},
        "QueryStringsConfig": {"QueryStringBehavior": "all"},
    }
    removed = {
        "Name": f"{service.name}-public-response-headers",
        "RemoveHeadersConfig": {"Items": [{"Header": header} for header in PER_READER]},
    }
    resources = {
        "ReducedLanguage": {"Type": "AWS::CloudFront::Function", "Properties": language},
        "PublicCachePolicy": _cache_policy(f"{service.name}-public", 86400, PUBLIC_KEY),
        "ReaderCachePolicy": _cache_policy(f"{service.name}-readers", 3600, READER_KEY),
        # With a maximum of 0 CloudFront accepts no header in the key, and then does not forward Authorization.
        "NoCachePolicy": _cache_policy(f"{service.name}-nothing", 1, READER_KEY),
        "ForwardedHeadersPolicy": _resource("OriginRequestPolicy", forwarded),
        "PublicResponseHeadersPolicy": _resource("ResponseHeadersPolicy", removed),
        **_record(service),
        "Front": _resource("Distribution", _distribution(service, domain, certificate)),
    }
    address = {
        "Description": "Where the API answers; a domain of its own points here by CNAME.",
        "Value": {"Fn::GetAtt": ["Front", "DomainName"]},
    }
    return {"Resources": resources, "Outputs": {"FrontDomain": address}}


def _record(service: Service) -> dict[str, Any]:
    """What lets the distribution alone read the record's bucket, and any page verify it."""
    access = {
        "Name": f"{service.name}-record",
        "OriginAccessControlOriginType": "s3",
        "SigningBehavior": "always",
        "SigningProtocol": "sigv4",
    }
    headers = {
        "Name": f"{service.name}-record",
        "CorsConfig": {
            "AccessControlAllowCredentials": False,
            "AccessControlAllowHeaders": {"Items": ["*"]},
            "AccessControlAllowMethods": {"Items": ["GET", "HEAD"]},
            "AccessControlAllowOrigins": {"Items": ["*"]},
            "OriginOverride": True,
        },
    }
    front = {"Fn::Sub": "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Front}"}
    read = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": {"Fn::Sub": "${Record.Arn}/record/*"},
        "Condition": {"StringEquals": {"AWS:SourceArn": front}},
    }
    policy = {"Bucket": {"Ref": "Record"}, "PolicyDocument": {"Version": "2012-10-17", "Statement": [read]}}
    return {
        "RecordAccess": _resource("OriginAccessControl", access),
        "RecordHeadersPolicy": _resource("ResponseHeadersPolicy", headers),
        "RecordCachePolicy": _cache_policy(f"{service.name}-record", YEAR, []),
        "RecordPolicy": {"Type": "AWS::S3::BucketPolicy", "Properties": policy},
    }


def _resource(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"Type": f"AWS::CloudFront::{kind}", "Properties": {f"{kind}Config": config}}


def _cache_policy(name: str, max_ttl: int, headers: list[str]) -> dict[str, Any]:
    config = {
        "Name": name,
        # The application states the TTL; a response without one, or with `no-store`, is not cached.
        "MinTTL": 0,
        "DefaultTTL": 0,
        "MaxTTL": max_ttl,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingBrotli": True,
            "EnableAcceptEncodingGzip": True,
            "CookiesConfig": {"CookieBehavior": "none"},
            "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": headers}
            if headers
            else {"HeaderBehavior": "none"},
            "QueryStringsConfig": {"QueryStringBehavior": "all" if headers else "none"},
        },
    }
    return _resource("CachePolicy", config)


def _distribution(service: Service, domain: str | None, certificate: str | None) -> dict[str, Any]:
    secret = {"Ref": parameter_name(service.config["custom"]["cdn"]["secret"])}
    custom_domain = {
        "Aliases": [domain],
        "ViewerCertificate": {
            "AcmCertificateArn": certificate,
            "MinimumProtocolVersion": "TLSv1.2_2021",
            "SslSupportMethod": "sni-only",
        },
    }
    return {
        "Comment": service.name,
        "Enabled": True,
        "HttpVersion": "http2and3",
        "IPV6Enabled": True,
        "PriceClass": "PriceClass_100",
        "Origins": [
            *(_origin(name, secret) for name in dict.fromkeys(route.function for route in service.routes)),
            {
                "Id": RECORD,
                "DomainName": {"Fn::GetAtt": ["Record", "RegionalDomainName"]},
                "OriginAccessControlId": {"Ref": "RecordAccess"},
                "S3OriginConfig": {"OriginAccessIdentity": ""},  # required, and unused beside the access control
            },
        ],
        "CacheBehaviors": [
            *({"PathPattern": route.path} | _behaviour(route) for route in service.routes),
            {
                "PathPattern": RECORD_PATH,
                "TargetOriginId": RECORD,
                "ViewerProtocolPolicy": "redirect-to-https",
                "AllowedMethods": ["GET", "HEAD", "OPTIONS"],
                "CachedMethods": ["GET", "HEAD"],
                "Compress": True,
                "CachePolicyId": {"Ref": "RecordCachePolicy"},
                "ResponseHeadersPolicyId": {"Ref": "RecordHeadersPolicy"},
            },
        ],
        # By default CloudFront caches an error for ten seconds, whatever the response states.
        "CustomErrorResponses": [{"ErrorCode": status, "ErrorCachingMinTTL": 0} for status in ERRORS],
        "DefaultCacheBehavior": _behaviour(Route("*", "site")),  # which answers 404 to any other path
        **(custom_domain if domain else {}),
    }


def _origin(function: str, secret: dict[str, str]) -> dict[str, Any]:
    url = {"Fn::GetAtt": [f"{logical_name(function)}LambdaFunctionUrl", "FunctionUrl"]}
    return {
        "Id": function,
        "DomainName": {"Fn::Select": [2, {"Fn::Split": ["/", url]}]},  # https://abc.lambda-url.eu-west-3.on.aws/
        "CustomOriginConfig": {
            "OriginProtocolPolicy": "https-only",
            "OriginSSLProtocols": ["TLSv1.2"],
            "OriginReadTimeout": 30,  # longer than the timeout of any HTTP function
            "OriginKeepaliveTimeout": 60,
        },
        "OriginCustomHeaders": [{"HeaderName": "X-CDN-Secret", "HeaderValue": secret}],
    }


def _behaviour(route: Route) -> dict[str, Any]:
    language = {"EventType": "viewer-request", "FunctionARN": {"Fn::GetAtt": ["ReducedLanguage", "FunctionARN"]}}
    return {
        "TargetOriginId": route.function,
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": METHODS,
        "CachedMethods": ["GET", "HEAD"],
        "Compress": True,
        "CachePolicyId": {"Ref": CACHE_POLICIES[route.cache]},
        "OriginRequestPolicyId": {"Ref": "ForwardedHeadersPolicy"},
        **({"ResponseHeadersPolicyId": {"Ref": "PublicResponseHeadersPolicy"}} if route.cache == "public" else {}),
        **({"FunctionAssociations": [language]} if route.cache != "none" else {}),
    }
