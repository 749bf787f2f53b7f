"""Runs the aws command for a test that speaks lines of JSON: its own main, with arguments, in a process that stays."""

import contextlib
import io
import json
import os
import re
import sys

from awscli.botocore import xform_name
from awscli.clidriver import create_clidriver

drivers = {}


def run(account, *args):
    if account not in drivers:
        os.environ["AWS_ACCESS_KEY_ID"] = account
        drivers[account] = create_clidriver()
        drivers[account].session.get_credentials()
    out, complaint = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(complaint):
        code = drivers[account].main(list(args))
    return code, out.getvalue(), complaint.getvalue()


def reply_to(call):
    # acm.ListCertificates, or an operation of VPC Lattice.
    service, _, operation = call["operation"].rpartition(".")
    command = (service or "vpc-lattice", xform_name(operation, "-"), "--cli-input-json", json.dumps(call["input"]))
    if "pageSize" in call:
        return {"body": list(pages(call["account"], command, call["pageSize"]))}
    # By itself the command shows all pages as one.
    is_list = re.match("List|Describe|Get.*s$", operation)
    code, out, complaint = run(call["account"], *command, *(["--no-paginate"] if is_list else []))
    if code == 0:
        return {"body": json.loads(out) if out.strip() else {}}
    found = re.search(r"An error occurred \(([\w.]+)\) when calling[^:]*: (.*)", complaint, re.DOTALL)
    if found is None:
        return {"body": None, "complaint": complaint}
    return {"error": found[1], "body": {"message": found[2].rstrip("\n")}}


def pages(account, command, size):
    """As a person pages: each command starts with the token that the one before gave."""
    start = ()
    while True:
        size_of_page = ("--page-size", str(size), "--max-items", str(size))
        code, out, complaint = run(account, *command, *size_of_page, *start)
        if code != 0:
            raise RuntimeError(complaint)
        page = json.loads(out)
        yield page
        if "NextToken" not in page:
            return
        start = ("--starting-token", page["NextToken"])


for line in sys.stdin:
    print(json.dumps(reply_to(json.loads(line))), flush=True)
