"""Signs the requests of requests.json with botocore and the AWS Common Runtime, for the tests of src/local/auth/signature.

Needs `pip install botocore awscrt`; tests do not. Prints a JSON list of signed requests.
"""

import datetime
import json
import pathlib

import awscrt.auth
import awscrt.http
import botocore.auth
import botocore.awsrequest
import botocore.credentials

here = pathlib.Path(__file__).parent
now = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.timezone.utc)
default_host = "rates-1a2b.7d67968.vpc-lattice-svcs.us-west-2.on.aws"
key, secret = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
token = "IQoJb3JpZ2luX2VjEXAMPLE/token+with=signs=="


def by_botocore(request, host):
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: now.replace(tzinfo=None) if remove_tzinfo else now
    headers = dict([["x-amz-content-sha256", "UNSIGNED-PAYLOAD"]] + request.get("headers", []))
    signed = botocore.awsrequest.AWSRequest(
        method=request["method"], url=f"http://{host}{request['target']}", data=request.get("body"), headers=headers
    )
    signed.context["payload_signing_enabled"] = False
    credentials = botocore.credentials.Credentials(key, secret, token if request.get("token") else None)
    botocore.auth.SigV4Auth(credentials, "vpc-lattice-svcs", "us-west-2").add_auth(signed)
    return request["target"], [[name, value] for name, value in signed.headers.items()] + [["host", host]]


def by_crt(asymmetric, presigned):
    algorithms = awscrt.auth.AwsSigningAlgorithm
    kinds = awscrt.auth.AwsSignatureType
    bodies = awscrt.auth.AwsSignedBodyHeaderType

    def sign(request, host):
        headers = awscrt.http.HttpHeaders([("host", host)] + [tuple(pair) for pair in request.get("headers", [])])
        unsigned = awscrt.http.HttpRequest(request["method"], request["target"], headers)
        config = awscrt.auth.AwsSigningConfig(
            algorithm=algorithms.V4_ASYMMETRIC if asymmetric else algorithms.V4,
            signature_type=kinds.HTTP_REQUEST_QUERY_PARAMS if presigned else kinds.HTTP_REQUEST_HEADERS,
            credentials_provider=awscrt.auth.AwsCredentialsProvider.new_static(
                key, secret, token if request.get("token") else None
            ),
            region="*" if asymmetric else "us-west-2",
            service="vpc-lattice-svcs",
            date=now,
            use_double_uri_encode=True,
            should_normalize_uri_path=True,
            signed_body_value="UNSIGNED-PAYLOAD",
            signed_body_header_type=bodies.NONE if presigned else bodies.X_AMZ_CONTENT_SHA_256,
            expiration_in_seconds=600 if presigned else None,
        )
        signed = awscrt.auth.aws_sign_request(unsigned, config).result(10)
        return signed.path, [[name, value] for name, value in signed.headers]

    return sign


signers = {
    "botocore": by_botocore,
    "crt": by_crt(False, False),
    "crt presigned": by_crt(False, True),
    "crt asymmetric": by_crt(True, False),
    "crt asymmetric presigned": by_crt(True, True),
}
vectors = []
for request in json.loads((here / "requests.json").read_text()):
    for by, sign in signers.items():
        target, headers = sign(request, request.get("host", default_host))
        vectors.append(dict(by=by, name=request["name"], method=request["method"], target=target, headers=headers))
print("[\n" + ",\n".join(json.dumps(vector) for vector in vectors) + "\n]")
