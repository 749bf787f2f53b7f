/**
 * Runs a Python handler as `node-runtime.ts` runs one of Node. In a text: what is built is JavaScript and nothing beside
 * it.
 */
export const pythonRuntime: string = String.raw`
import importlib.util
import json
import os
import sys
import time
import traceback


class Context:
    def __init__(self, given):
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = "$LATEST"
        self.invoked_function_arn = given["arn"]
        self.memory_limit_in_mb = "128"
        self.aws_request_id = given["requestId"]
        self.log_group_name = "/aws/lambda/" + self.function_name
        self.log_stream_name = "local"
        self._deadline = given["deadline"]

    def get_remaining_time_in_millis(self):
        return int(self._deadline - time.time() * 1000)


def load(file, name):
    sys.path.insert(0, os.path.dirname(file))
    spec = importlib.util.spec_from_file_location("handler_of_trellis", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)


def main(file, name):
    handler = None
    with os.fdopen(3, "w", encoding="utf-8") as answers:
        for line in sys.stdin.buffer:
            call = json.loads(line)
            try:
                handler = handler or load(file, name)
                answer = json.dumps({"payload": handler(call["event"], Context(call["context"]))})
            except BaseException:
                answer = json.dumps({"failed": traceback.format_exc()})
            answers.write(answer + "\n")
            answers.flush()


main(sys.argv[1], sys.argv[2])
`;
