// A controller as the AWS controllers for Kubernetes are built, on controller-runtime: caches that list and watch, leader
// election, finalizers, patches of status, server-side apply, events. It looks after HTTPRoutes in one namespace, writes
// and removes one itself, and ends. What it sends is recorded for the parity suite, and it has to work on both clusters.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	gwv1 "sigs.k8s.io/gateway-api/apis/v1"
)

const (
	namespace = "hotel"
	finalizer = "httproute.k8s.aws/resources"
	name      = "application-networking.k8s.aws/gateway-api-controller"
)

var exportKind = schema.GroupVersionKind{Group: "application-networking.k8s.aws", Version: "v1alpha1", Kind: "ServiceExport"}

type reconciler struct {
	client.Client
	recorder events.EventRecorder
}

func (r *reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	if req.Name != "rates" {
		// Somebody else's, who may be there too.
		return ctrl.Result{}, nil
	}
	route := &gwv1.HTTPRoute{}
	if err := r.Get(ctx, req.NamespacedName, route); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !route.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, r.leave(ctx, route)
	}
	if !controllerutil.ContainsFinalizer(route, finalizer) {
		before := route.DeepCopy()
		controllerutil.AddFinalizer(route, finalizer)
		if err := r.Patch(ctx, route, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})); err != nil {
			return ctrl.Result{}, err
		}
	}
	if err := r.apply(ctx, route); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.tell(ctx, route)
}

// leave takes the finalizer off with an update, as older controllers do.
func (r *reconciler) leave(ctx context.Context, route *gwv1.HTTPRoute) error {
	if controllerutil.RemoveFinalizer(route, finalizer) {
		r.recorder.Eventf(route, nil, corev1.EventTypeNormal, "Deleted", "Delete", "nothing of it is left")
		return client.IgnoreNotFound(r.Update(ctx, route))
	}
	return nil
}

// apply writes what belongs to the route in three ways: server-side apply, create or update, create or patch.
func (r *reconciler) apply(ctx context.Context, route *gwv1.HTTPRoute) error {
	owner := *metav1.NewControllerRef(route, gwv1.SchemeGroupVersion.WithKind("HTTPRoute"))
	export := &unstructured.Unstructured{}
	export.SetGroupVersionKind(exportKind)
	export.SetNamespace(route.Namespace)
	export.SetName(route.Name)
	export.SetAnnotations(map[string]string{"application-networking.k8s.aws/federation": "amazon-vpc-lattice"})
	export.SetOwnerReferences([]metav1.OwnerReference{owner})
	if err := r.Apply(ctx, client.ApplyConfigurationFromUnstructured(export), client.FieldOwner(name), client.ForceOwnership); err != nil {
		return err
	}
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: route.Namespace, Name: route.Name}}
	if _, err := controllerutil.CreateOrUpdate(ctx, r.Client, service, func() error {
		service.Labels = map[string]string{"of": route.Name}
		service.Spec.Selector = map[string]string{"app": route.Name}
		service.Spec.Ports = []corev1.ServicePort{{Name: "http", Port: 80, Protocol: corev1.ProtocolTCP}}
		return controllerutil.SetControllerReference(route, service, r.Scheme())
	}); err != nil {
		return err
	}
	settings := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: route.Namespace, Name: route.Name}}
	_, err := controllerutil.CreateOrPatch(ctx, r.Client, settings, func() error {
		settings.Data = map[string]string{"generation": fmt.Sprint(route.Generation)}
		return controllerutil.SetOwnerReference(route, settings, r.Scheme())
	})
	return err
}

func (r *reconciler) tell(ctx context.Context, route *gwv1.HTTPRoute) error {
	before := route.DeepCopy()
	parents := []gwv1.RouteParentStatus{}
	for _, parent := range route.Spec.ParentRefs {
		status := gwv1.RouteParentStatus{ParentRef: parent, ControllerName: name}
		for _, earlier := range route.Status.Parents {
			if earlier.ParentRef.Name == parent.Name {
				status.Conditions = earlier.Conditions
			}
		}
		meta.SetStatusCondition(&status.Conditions, metav1.Condition{
			Type: "Accepted", Status: metav1.ConditionTrue, Reason: "Accepted", ObservedGeneration: route.Generation,
		})
		parents = append(parents, status)
	}
	route.Status.Parents = parents
	if err := r.Status().Patch(ctx, route, client.MergeFrom(before)); err != nil {
		return err
	}
	r.recorder.Eventf(route, nil, corev1.EventTypeNormal, "Reconciled", "Reconcile", "generation %d", route.Generation)
	return nil
}

func start(ctx context.Context) (ctrl.Manager, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, gwv1.Install} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	config := ctrl.GetConfigOrDie()
	config.UserAgent = "controller-runtime"
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                        scheme,
		Metrics:                       server.Options{BindAddress: "0"},
		Cache:                         cache.Options{DefaultNamespaces: map[string]cache.Config{namespace: {}}},
		LeaderElection:                true,
		LeaderElectionID:              "amazon-vpc-lattice.io",
		LeaderElectionNamespace:       namespace,
		LeaderElectionReleaseOnCancel: true,
	})
	if err != nil {
		return nil, err
	}
	if err := mgr.GetFieldIndexer().IndexField(ctx, &gwv1.HTTPRoute{}, "parent", func(object client.Object) []string {
		names := []string{}
		for _, parent := range object.(*gwv1.HTTPRoute).Spec.ParentRefs {
			names = append(names, string(parent.Name))
		}
		return names
	}); err != nil {
		return nil, err
	}
	ofService := handler.EnqueueRequestsFromMapFunc(func(_ context.Context, object client.Object) []ctrl.Request {
		return []ctrl.Request{{NamespacedName: client.ObjectKeyFromObject(object)}}
	})
	return mgr, ctrl.NewControllerManagedBy(mgr).
		For(&gwv1.HTTPRoute{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Owns(&corev1.Service{}).
		Watches(&discoveryv1.EndpointSlice{}, ofService).
		Watches(&corev1.Secret{}, ofService, builder.OnlyMetadata).
		Complete(&reconciler{Client: mgr.GetClient(), recorder: mgr.GetEventRecorder("controller")})
}

// use is what somebody does while the controller runs.
func use(ctx context.Context, mgr ctrl.Manager) error {
	c, direct := mgr.GetClient(), mgr.GetAPIReader()
	key := types.NamespacedName{Namespace: namespace, Name: "rates"}
	port := gwv1.PortNumber(80)
	route := &gwv1.HTTPRoute{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "rates"},
		Spec: gwv1.HTTPRouteSpec{
			CommonRouteSpec: gwv1.CommonRouteSpec{ParentRefs: []gwv1.ParentReference{{Name: "annex"}}},
			Rules: []gwv1.HTTPRouteRule{{BackendRefs: []gwv1.HTTPBackendRef{{BackendRef: gwv1.BackendRef{
				BackendObjectReference: gwv1.BackendObjectReference{Name: "parking", Port: &port},
			}}}}},
		},
	}
	if err := c.Create(ctx, route.DeepCopy(), client.DryRunAll); err != nil {
		return err
	}
	if err := c.Create(ctx, route); err != nil {
		return err
	}
	if err := c.Create(ctx, route.DeepCopy()); !apierrors.IsAlreadyExists(err) && err == nil {
		return errors.New("a second route of the same name was made")
	}
	accepted := func(ctx context.Context) (bool, error) {
		now := &gwv1.HTTPRoute{}
		if err := direct.Get(ctx, key, now); err != nil {
			return false, err
		}
		return len(now.Status.Parents) == 1 && now.Status.Parents[0].Conditions[0].ObservedGeneration == now.Generation, nil
	}
	if err := poll(ctx, accepted); err != nil {
		return fmt.Errorf("the route was not accepted: %w", err)
	}
	if err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := direct.Get(ctx, key, route); err != nil {
			return err
		}
		route.Spec.Hostnames = []gwv1.Hostname{"rates.example.com"}
		return c.Update(ctx, route)
	}); err != nil {
		return err
	}
	if err := poll(ctx, accepted); err != nil {
		return fmt.Errorf("the edit was not accepted: %w", err)
	}
	stale := route.DeepCopy()
	stale.ResourceVersion = "1"
	if err := c.Update(ctx, stale); !apierrors.IsConflict(err) {
		return fmt.Errorf("an update of an old version gave %w", err)
	}
	bad := client.RawPatch(types.MergePatchType, []byte(`{"spec":{"hostnames":["a_b"]}}`))
	if err := c.Patch(ctx, route.DeepCopy(), bad); !apierrors.IsInvalid(err) {
		return fmt.Errorf("a wrong hostname gave %w", err)
	}
	list := &gwv1.HTTPRouteList{}
	if err := c.List(ctx, list, client.InNamespace(namespace), client.MatchingFields{"parent": "annex"}); err != nil || len(list.Items) != 1 {
		return fmt.Errorf("the index has %d routes: %w", len(list.Items), err)
	}
	services := &corev1.ServiceList{}
	if err := direct.List(ctx, services, client.InNamespace(namespace), client.MatchingLabels{"of": "rates"}, client.Limit(1)); err != nil || len(services.Items) != 1 {
		return fmt.Errorf("there are %d services: %w", len(services.Items), err)
	}
	maps := &metav1.PartialObjectMetadataList{}
	maps.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("ConfigMapList"))
	named := client.MatchingFieldsSelector{Selector: fields.OneTermEqualSelector("metadata.name", "rates")}
	if err := direct.List(ctx, maps, client.InNamespace(namespace), named); err != nil || len(maps.Items) != 1 {
		return fmt.Errorf("there are %d config maps: %w", len(maps.Items), err)
	}
	export := &unstructured.Unstructured{}
	export.SetGroupVersionKind(exportKind)
	if err := direct.Get(ctx, key, export); err != nil {
		return err
	}
	uid := export.GetUID()
	if err := c.Delete(ctx, export, client.Preconditions{UID: &uid}, client.PropagationPolicy(metav1.DeletePropagationBackground)); err != nil {
		return err
	}
	if err := c.DeleteAllOf(ctx, &corev1.ConfigMap{}, client.InNamespace(namespace), named); err != nil {
		return err
	}
	if err := c.Delete(ctx, &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "rates"}}); err != nil {
		return err
	}
	if err := c.Delete(ctx, route); err != nil {
		return err
	}
	return poll(ctx, func(ctx context.Context) (bool, error) {
		err := direct.Get(ctx, key, route)
		return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
	})
}

func poll(ctx context.Context, condition wait.ConditionWithContextFunc) error {
	return wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, 15*time.Second, true, condition)
}

func run() error {
	log.SetLogger(zap.New(zap.WriteTo(os.Stderr)))
	ctx, cancel := context.WithCancel(ctrl.SetupSignalHandler())
	defer cancel()
	mgr, err := start(ctx)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	select {
	case err := <-ended:
		return err
	case <-mgr.Elected():
	}
	if !mgr.GetCache().WaitForCacheSync(ctx) {
		return errors.New("the caches were not filled")
	}
	used := use(ctx, mgr)
	// Events are sent a little later.
	time.Sleep(time.Second)
	cancel()
	return errors.Join(used, <-ended)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("done")
}
