namespace XdsServer.Model.Smi;

/// <summary>What merging can find out about SMI's objects; the codes XDS21xx.</summary>
internal static class SmiDiagnostics
{
    public const string MissingRootCode = "XDS2102";

    /// <summary>A split of somebody else's service.</summary>
    public static Diagnostic ForeignRoot(TrafficSplit split, ServiceKey root) => About(
        split, Severity.Error, "XDS2101", "spec.service", $"The service {root} is of another namespace, whose traffic this split may not touch; it is left out.", "Move the split into the service's namespace.");

    /// <summary>A split of nothing, yet.</summary>
    public static Diagnostic MissingRoot(TrafficSplit split, ServiceKey root, ServiceKey? similar) => About(
        split, Severity.Warning, MissingRootCode, "spec.service", $"The service {root} does not exist, so the split waits for it.{OnlyCase(similar)}", "Create the service, or correct the name.");

    /// <summary>A backend that gets nothing.</summary>
    public static Diagnostic MissingBackend(TrafficSplit split, string field, SplitName backend, ServiceKey? similar) => About(
        split, Severity.Warning, "XDS2103", field,
        backend.IsForeign ? $"The service {backend.Key} is of another namespace; the other backends take its share." : $"The service {backend.Key} does not exist; the other backends take its share.{OnlyCase(similar)}",
        "Create the service in the split's namespace, or correct the name.");

    /// <summary>A backend that gets nothing on some ports.</summary>
    public static Diagnostic MissingPorts(TrafficSplit split, string field, ServiceKey backend, IReadOnlyList<ServicePort> ports) => About(
        split, Severity.Warning, "XDS2104", field, $"The service {backend} has no port {Numbers(ports)}; there the other backends take its share.", "Give the backend the same port numbers as the root.");

    /// <summary>Ports that a split has no say over.</summary>
    public static Diagnostic UnsplitPorts(TrafficSplit split, ServiceKey root, IReadOnlyList<ServicePort> ports) => About(
        split, Severity.Info, "XDS2105", "spec.backends", $"No backend has port {Numbers(ports)} of {root}, so the root's own endpoints serve it.", "Nothing, if it is meant so; else give the backends that port.");

    /// <summary>A reference to a group that is not there.</summary>
    public static Diagnostic MissingGroup(TrafficSplit split, string group) => About(
        split, Severity.Error, "XDS2106", "spec.matches", $"There is no usable HTTPRouteGroup {split.Key.Namespace}/{group}; the split is left out, and all requests go where they went without it.", "Create the group in the split's namespace.");

    /// <summary>Two splits of all requests to one root.</summary>
    public static Diagnostic Conflict(TrafficSplit split, ServiceKey root, TrafficSplit winner) => About(
        split, Severity.Error, "XDS2107", "spec.service", $"{winner.Ref} splits the traffic of {root} already; this one is left out.", "Join the two, or let one of them split matching requests only (spec.matches).");

    /// <summary>A root that is a backend too.</summary>
    public static Diagnostic RootAsBackend(TrafficSplit split, string field) => About(
        split, Severity.Info, "XDS2108", field, "The root is its own backend: this share goes to the root's own endpoints.", "Nothing, if these are other endpoints than those of the other backends.");

    /// <summary>A backend that other requests would be split at.</summary>
    public static Diagnostic NotFollowed(TrafficSplit split, string field, ServiceKey backend, TrafficSplit other, bool isCycle) => About(
        split, isCycle ? Severity.Warning : Severity.Info, "XDS2109", field,
        $"{backend} is the root of {other.Ref}, which is not followed from here{(isCycle ? "; the two lead in a circle" : "")}: this share goes to the backend's own endpoints.",
        "Nothing, if it is meant so; else name the backends of the other split here.");

    /// <summary>A root that only the split knows.</summary>
    public static Diagnostic VirtualRoot(TrafficSplit split, MeshService root) => About(
        split, Severity.Info, "XDS2110", "spec.service", $"No service has the host name '{split.Root}'; the split makes it one, on port {Numbers(root.Ports)}.", "Nothing, if clients use that name through the mesh.");

    /// <summary>Matches on requests where there are none.</summary>
    public static Diagnostic MatchesOnTcp(TrafficSplit split, ServiceKey root) => About(
        split, Severity.Warning, "XDS2111", "spec.matches", $"The ports of {root} carry no HTTP requests to match; the split has no effect.", "Set the ports' protocol (appProtocol), or remove the matches.");

    /// <summary>A grant on somebody else's workloads.</summary>
    public static Diagnostic ForeignDestination(TrafficTarget target) => About(
        target, Severity.Error, "XDS2121", "spec.destination.namespace", $"The destination is of namespace {target.Destination.Namespace}, to which this object cannot grant access; it is left out.", "Move the object into the destination's namespace.");

    /// <summary>A reference that grants nothing.</summary>
    public static Diagnostic MissingSpecification(TrafficTarget target, int rule, string what) => About(
        target, Severity.Error, "XDS2122", $"spec.rules[{rule}]", $"There is no usable {what} in namespace {target.Key.Namespace}; the rule grants nothing.", "Create it in the namespace of the TrafficTarget, or correct the name.");

    /// <summary>A grant that Envoy cannot check.</summary>
    public static Diagnostic Udp(TrafficTarget target, int rule) => About(
        target, Severity.Warning, "XDS2123", $"spec.rules[{rule}]", "Envoy cannot tell who sends a datagram, so a UDPRoute cannot be enforced.", "Protect the port by network policy.");

    /// <summary>A target without effect.</summary>
    public static Diagnostic GrantsNothing(TrafficTarget target, string why) => About(
        target, Severity.Warning, "XDS2124", "", $"The object grants nothing: {why}.", "Name at least one source and one usable rule.");

    private static string OnlyCase(ServiceKey? similar) => similar is null ? "" : $" {similar} differs only in case.";

    private static string Numbers(IEnumerable<ServicePort> ports) => string.Join(", ", ports.Select(p => p.Port).Order());

    private static Diagnostic About(MeshObject item, Severity severity, string code, string field, string message, string remedy) => new()
    {
        Severity = severity,
        Code = code,
        Message = message,
        Remedy = remedy,
        Object = item.Ref,
        Field = field,
        Location = item.Location,
    };
}
