using System.Collections.Immutable;

namespace XdsServer.Model;

/// <summary>What merging and cross-checking can find; the codes XDS2xxx.</summary>
internal static class ModelDiagnostics
{
    /// <summary>Two objects claim one name.</summary>
    public static Diagnostic Duplicate(MeshObject loser, MeshObject winner) => About(
        loser, Severity.Error, "XDS2001", "", $"{Name(winner)} has the same name and is used.", "Rename one of the two, or remove it from one source.");

    /// <summary>More than one object with mesh-wide settings.</summary>
    public static Diagnostic SecondConfig(MeshObject loser, MeshObject winner) => About(
        loser, Severity.Error, "XDS2002", "", $"There is a MeshConfig in force already: {Name(winner)}.", "Keep one MeshConfig per mesh.");

    /// <summary>A backend that nobody knows.</summary>
    public static Diagnostic UnknownBackend(MeshObject route, string field, RouteBackend backend) => About(
        route, Severity.Warning, "XDS2003", field, $"The service {backend.Service} does not exist; its share of the requests fails.", "Create the service, or correct the name.");

    /// <summary>A backend's service has no such port.</summary>
    public static Diagnostic UnknownBackendPort(MeshObject route, string field, RouteBackend backend, MeshService service) => About(
        route, Severity.Warning, "XDS2004", field, $"The service {backend.Service} has no port {backend.Port}; its share of the requests fails.", $"Its ports are {Ports(service)}.");

    /// <summary>A listener's certificate is not there.</summary>
    public static Diagnostic MissingSecret(MeshGateway gateway, string field, ServiceKey secret) => About(
        gateway, Severity.Error, "XDS2005", field, $"There is no usable certificate {secret}; the listener is left out.", "Create a Secret of type kubernetes.io/tls with that name.");

    /// <summary>Names that proxies cannot tell apart.</summary>
    public static Diagnostic OnlyCaseDiffers(MeshService loser, MeshService winner) => About(
        loser, Severity.Warning, "XDS2006", "", $"Its name differs from {Name(winner)} only in case, and host names have none.", "Rename one of the two.");

    /// <summary>Endpoints of nothing.</summary>
    public static Diagnostic EndpointsWithoutService(ServiceEndpoints endpoints) => About(
        endpoints, Severity.Warning, "XDS2007", "", $"The service {endpoints.Service} of these endpoints does not exist.", "Create the service, or remove the endpoints.");

    /// <summary>A route that hangs on nothing.</summary>
    public static Diagnostic UnknownParent(MeshRoute route, string field, string parent) => About(
        route, Severity.Warning, "XDS2008", field, $"{parent} does not exist, so the route has no effect there.", "Create it, or correct the reference.");

    /// <summary>Two services on one virtual socket.</summary>
    public static Diagnostic AddressTaken(MeshService loser, string address, int port, MeshService winner) => About(
        loser, Severity.Warning, "XDS2009", "spec.addresses", $"{address} port {port} belongs to {Name(winner)} already.", "Give every service its own virtual address.");

    /// <summary>The sources' own and those of merging, most severe first.</summary>
    public static ImmutableArray<Diagnostic> Sort(IReadOnlyList<MeshFragment> fragments, IEnumerable<Diagnostic> ofMerging) =>
    [
        .. fragments.SelectMany(fragment => fragment.Diagnostics).Concat(ofMerging)
            .OrderByDescending(diagnostic => diagnostic.Severity)
            .ThenBy(diagnostic => diagnostic.Location?.File, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Location?.Line)
            .ThenBy(diagnostic => diagnostic.Object ?? default)
            .ThenBy(diagnostic => diagnostic.Code, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Field, StringComparer.Ordinal),
    ];

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

    private static string Name(MeshObject item) => item.Location is null ? item.Ref.ToString() : $"{item.Ref} at {item.Location}";

    private static string Ports(MeshService service) => string.Join(", ", service.Ports.Select(port => port.Port).Order());
}
