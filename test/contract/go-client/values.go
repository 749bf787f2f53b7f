package main

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/vpclattice"
	"github.com/aws/aws-sdk-go-v2/service/vpclattice/types"
)

// How a service writes the first letter of its members.
type spelling bool

const (
	capitalized   spelling = true
	uncapitalized spelling = false
)

// What may stand in place of an interface of the SDK: a member of a union.
var unions = []any{
	types.HeaderMatchTypeMemberContains{},
	types.HeaderMatchTypeMemberExact{},
	types.HeaderMatchTypeMemberPrefix{},
	types.MatcherMemberHttpCode{},
	types.PathMatchTypeMemberExact{},
	types.PathMatchTypeMemberPrefix{},
	types.ResourceConfigurationDefinitionMemberArnResource{},
	types.ResourceConfigurationDefinitionMemberDnsResource{},
	types.ResourceConfigurationDefinitionMemberIpResource{},
	types.RuleActionMemberFixedResponse{},
	types.RuleActionMemberForward{},
	types.RuleMatchMemberHttpMatch{},
}

var paginators = map[string]any{
	"ListAccessLogSubscriptions":                vpclattice.NewListAccessLogSubscriptionsPaginator,
	"ListDomainVerifications":                   vpclattice.NewListDomainVerificationsPaginator,
	"ListListeners":                             vpclattice.NewListListenersPaginator,
	"ListResourceConfigurations":                vpclattice.NewListResourceConfigurationsPaginator,
	"ListResourceEndpointAssociations":          vpclattice.NewListResourceEndpointAssociationsPaginator,
	"ListResourceGateways":                      vpclattice.NewListResourceGatewaysPaginator,
	"ListRules":                                 vpclattice.NewListRulesPaginator,
	"ListServiceNetworkResourceAssociations":    vpclattice.NewListServiceNetworkResourceAssociationsPaginator,
	"ListServiceNetworkServiceAssociations":     vpclattice.NewListServiceNetworkServiceAssociationsPaginator,
	"ListServiceNetworkVpcAssociations":         vpclattice.NewListServiceNetworkVpcAssociationsPaginator,
	"ListServiceNetworkVpcEndpointAssociations": vpclattice.NewListServiceNetworkVpcEndpointAssociationsPaginator,
	"ListServiceNetworks":                       vpclattice.NewListServiceNetworksPaginator,
	"ListServices":                              vpclattice.NewListServicesPaginator,
	"ListTargetGroups":                          vpclattice.NewListTargetGroupsPaginator,
	"ListTargets":                               vpclattice.NewListTargetsPaginator,
}

// Puts what JSON says into a value of the SDK.
func fill(value reflect.Value, json any) error {
	if json == nil {
		return nil
	}
	switch value.Kind() {
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
		return fill(value.Elem(), json)
	case reflect.Interface:
		return fillUnion(value, json)
	case reflect.Struct:
		return fillStructure(value, json)
	case reflect.Map:
		members, ok := json.(map[string]any)
		if !ok {
			return mismatch(value, json)
		}
		value.Set(reflect.MakeMap(value.Type()))
		for name, each := range members {
			element := reflect.New(value.Type().Elem()).Elem()
			if err := fill(element, each); err != nil {
				return err
			}
			value.SetMapIndex(reflect.ValueOf(name), element)
		}
		return nil
	case reflect.Slice:
		if text, ok := json.(string); ok && value.Type().Elem().Kind() == reflect.Uint8 {
			value.SetBytes([]byte(text))
			return nil
		}
		list, ok := json.([]any)
		if !ok {
			return mismatch(value, json)
		}
		value.Set(reflect.MakeSlice(value.Type(), len(list), len(list)))
		for index, each := range list {
			if err := fill(value.Index(index), each); err != nil {
				return err
			}
		}
		return nil
	default:
		given := reflect.ValueOf(json)
		isText := value.Kind() == reflect.String
		if isText != (given.Kind() == reflect.String) || !given.CanConvert(value.Type()) {
			return mismatch(value, json)
		}
		value.Set(given.Convert(value.Type()))
		return nil
	}
}

func fillStructure(value reflect.Value, json any) error {
	members, ok := json.(map[string]any)
	if !ok {
		return mismatch(value, json)
	}
	for name, each := range members {
		field := value.FieldByName(strings.ToUpper(name[:1]) + name[1:])
		if !field.IsValid() {
			return fmt.Errorf("%s has no member %s in this SDK", value.Type(), name)
		}
		if err := fill(field, each); err != nil {
			return err
		}
	}
	return nil
}

func fillUnion(value reflect.Value, json any) error {
	members, ok := json.(map[string]any)
	if !ok || len(members) != 1 {
		return mismatch(value, json)
	}
	for name, each := range members {
		wanted := value.Type().Name() + "Member" + strings.ToUpper(name[:1]) + name[1:]
		for _, union := range unions {
			if member := reflect.TypeOf(union); member.Name() == wanted {
				pointer := reflect.New(member)
				value.Set(pointer)
				return fill(pointer.Elem().FieldByName("Value"), each)
			}
		}
		return fmt.Errorf("%s has no member %s in this SDK", value.Type(), name)
	}
	return nil
}

func mismatch(value reflect.Value, json any) error {
	return fmt.Errorf("%v cannot be a %s", json, value.Type())
}

// A value of the SDK as the service wrote it; nil for what is absent.
func (names spelling) plain(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Pointer:
		if value.IsNil() {
			return nil
		}
		return names.plain(value.Elem())
	case reflect.Interface:
		if value.IsNil() {
			return nil
		}
		member := value.Elem().Elem()
		_, name, _ := strings.Cut(member.Type().Name(), "Member")
		return map[string]any{names.of(name): names.plain(member.FieldByName("Value"))}
	case reflect.Struct:
		return names.structure(value)
	case reflect.Map:
		if value.IsNil() {
			return nil
		}
		members := map[string]any{}
		for _, key := range value.MapKeys() {
			members[key.String()] = names.plain(value.MapIndex(key))
		}
		return members
	case reflect.Slice:
		if value.IsNil() {
			return nil
		}
		list := []any{}
		for index := range value.Len() {
			list = append(list, names.plain(value.Index(index)))
		}
		return list
	case reflect.String:
		// Enumerations are no pointers.
		if value.Type() != reflect.TypeFor[string]() && value.String() == "" {
			return nil
		}
		return value.String()
	default:
		return value.Interface()
	}
}

func (names spelling) structure(value reflect.Value) any {
	if at, ok := value.Interface().(time.Time); ok {
		return at.Format(time.RFC3339Nano)
	}
	members := map[string]any{}
	for index := range value.NumField() {
		field := value.Type().Field(index)
		if !field.IsExported() || field.Name == "ResultMetadata" {
			continue
		}
		if member := names.plain(value.Field(index)); member != nil {
			members[names.of(field.Name)] = member
		}
	}
	return members
}

func (names spelling) of(name string) string {
	if names == capitalized {
		return name
	}
	return strings.ToLower(name[:1]) + name[1:]
}
