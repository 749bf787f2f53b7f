"""Calls VPC Lattice through botocore, the SDK under boto3 and the aws command, for a test that speaks lines of JSON."""

import datetime
import json
import sys

try:
    # The aws command of version 1 brings its own, of the version that we pin.
    from awscli.botocore import config, session, xform_name
except ImportError:
    from botocore import config, session, xform_name

endpoint, region = sys.argv[1:3]
clients = {}


def client_of(service, account):
    if (service, account) not in clients:
        clients[service, account] = session.get_session().create_client(
            service,
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=account,
            aws_secret_access_key="local",
            # What the service refuses it is to refuse itself.
            config=config.Config(parameter_validation=False, retries={"total_max_attempts": 1}),
        )
    return clients[service, account]


def reply_to(call):
    # acm.ListCertificates, or an operation of VPC Lattice.
    service, _, operation = call["operation"].rpartition(".")
    client = client_of(service or "vpc-lattice", call["account"])
    try:
        if "pageSize" in call:
            found = client.get_paginator(xform_name(operation)).paginate(
                **call["input"], PaginationConfig={"PageSize": call["pageSize"]}
            )
            return {"status": 200, "body": [{"items": page["items"]} for page in found]}
        output = client._make_api_call(operation, call["input"])
        status = output.pop("ResponseMetadata")["HTTPStatusCode"]
        return {"status": status, "body": output}
    except Exception as error:
        if not hasattr(error, "response"):
            raise
        members = {k: v for k, v in error.response.items() if k not in ("Error", "ResponseMetadata", "message")}
        return {
            "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
            "error": error.response["Error"]["Code"],
            "body": {"message": error.response["Error"]["Message"], **members},
        }


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no JSON")


for line in sys.stdin:
    print(json.dumps(reply_to(json.loads(line)), default=plain), flush=True)
