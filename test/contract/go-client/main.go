// Calls VPC Lattice, and the services beside it, through the AWS SDK for Go, for a test that speaks lines of JSON.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/vpclattice"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// A call is an operation of VPC Lattice, or acm.ListCertificates. With a size of pages it goes through the operation's paginator.
type call struct {
	Operation string         `json:"operation"`
	Input     map[string]any `json:"input"`
	Account   string         `json:"account"`
	PageSize  int32          `json:"pageSize"`
}

type reply struct {
	Status int    `json:"status,omitempty"`
	Error  string `json:"error,omitempty"`
	Body   any    `json:"body"`
	// What the SDK itself says, without an answer of the service.
	Complaint string `json:"complaint,omitempty"`
}

// A service is a client of the SDK, and how the service spells the members that the SDK capitalizes.
type service struct {
	client any
	names  spelling
}

func serviceOf(name, endpoint, region, account string) service {
	config := aws.Config{
		Region:       region,
		BaseEndpoint: &endpoint,
		Credentials:  credentials.NewStaticCredentialsProvider(account, "local", ""),
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} },
		APIOptions:   []func(*middleware.Stack) error{withoutValidation},
	}
	switch name {
	case "acm":
		return service{acm.NewFromConfig(config), capitalized}
	case "ram":
		return service{ram.NewFromConfig(config), uncapitalized}
	case "resourcegroupstaggingapi":
		return service{resourcegroupstaggingapi.NewFromConfig(config), capitalized}
	case "sts":
		return service{sts.NewFromConfig(config), capitalized}
	default:
		return service{vpclattice.NewFromConfig(config), uncapitalized}
	}
}

// What the service refuses it is to refuse itself.
func withoutValidation(stack *middleware.Stack) error {
	if _, ok := stack.Initialize.Get("OperationInputValidation"); !ok {
		return nil
	}
	_, err := stack.Initialize.Remove("OperationInputValidation")
	return err
}

func (s service) reply(operation string, members map[string]any, pageSize int32) (reply, error) {
	method := reflect.ValueOf(s.client).MethodByName(operation)
	if !method.IsValid() {
		return reply{}, fmt.Errorf("the SDK has no %s", operation)
	}
	input := reflect.New(method.Type().In(1).Elem())
	if err := fill(input.Elem(), members); err != nil {
		return reply{}, fmt.Errorf("%s: %w", operation, err)
	}
	if pageSize > 0 {
		input.Elem().FieldByName("MaxResults").Set(reflect.ValueOf(&pageSize))
		return s.pages(operation, input)
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), input})
	return s.told(results[0], results[1])
}

// Every page of a list, as its paginator gives them.
func (s service) pages(operation string, input reflect.Value) (reply, error) {
	newPaginator, ok := paginators[operation]
	if !ok {
		return reply{}, fmt.Errorf("the SDK has no paginator of %s", operation)
	}
	paginator := reflect.ValueOf(newPaginator).Call([]reflect.Value{reflect.ValueOf(s.client), input})[0]
	all := []any{}
	for paginator.MethodByName("HasMorePages").Call(nil)[0].Bool() {
		results := paginator.MethodByName("NextPage").Call([]reflect.Value{reflect.ValueOf(context.Background())})
		page, err := s.told(results[0], results[1])
		if err != nil || page.Error != "" {
			return page, err
		}
		all = append(all, page.Body)
	}
	return reply{Status: 200, Body: all}, nil
}

func (s service) told(output, failure reflect.Value) (reply, error) {
	if err, ok := failure.Interface().(error); ok {
		return s.refusal(err)
	}
	metadata := output.Elem().FieldByName("ResultMetadata").Interface().(middleware.Metadata)
	response, ok := awsmiddleware.GetRawResponse(metadata).(*smithyhttp.Response)
	if !ok {
		return reply{}, errors.New("the SDK does not show the response")
	}
	return reply{Status: response.StatusCode, Body: s.names.plain(output)}, nil
}

// An error of the service, with its members. What the SDK itself complains about is no reply.
func (s service) refusal(err error) (reply, error) {
	var refused smithy.APIError
	var response *smithyhttp.ResponseError
	if !errors.As(err, &refused) || !errors.As(err, &response) {
		return reply{}, err
	}
	body := map[string]any{}
	if value := reflect.ValueOf(refused); value.Elem().NumField() > 0 {
		if members, ok := s.names.plain(value).(map[string]any); ok {
			body = members
		}
	}
	for _, name := range []string{"code", "fault", "errorCodeOverride", "retryAfterSeconds", "Message"} {
		delete(body, name)
	}
	body["message"] = refused.ErrorMessage()
	return reply{Status: response.HTTPStatusCode(), Error: refused.ErrorCode(), Body: body}, nil
}

func main() {
	endpoint, region := os.Args[1], os.Args[2]
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	answers := json.NewEncoder(os.Stdout)
	answers.SetEscapeHTML(false)
	for lines.Scan() {
		var asked call
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			log.Fatal(err)
		}
		name, operation, found := strings.Cut(asked.Operation, ".")
		if !found {
			name, operation = "vpc-lattice", asked.Operation
		}
		answer, err := serviceOf(name, endpoint, region, asked.Account).reply(operation, asked.Input, asked.PageSize)
		if err != nil {
			answer = reply{Complaint: err.Error()}
		}
		if err := answers.Encode(answer); err != nil {
			log.Fatal(err)
		}
	}
}
