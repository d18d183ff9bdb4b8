using XdsServer.Model;

namespace XdsServer.Translators.Proxyless;

/// <summary>What gRPC clients cannot have: XDS3140 to XDS3149.</summary>
internal static class GrpcProblems
{
    public static Diagnostic NeverMatches(MeshRoute route, string rule) => new()
    {
        Severity = Severity.Info,
        Code = "XDS3140",
        Message = $"No call of a proxyless gRPC client can match rule '{rule}' (calls are POST and have no query), so it is left out for them.",
        Remedy = "Nothing, if the rule is for other clients; else match on path and headers.",
        Object = route.Ref,
        Field = "rules",
        Location = route.Location,
    };

    public static Diagnostic Dns(MeshService service) => new()
    {
        Severity = Severity.Warning,
        Code = "XDS3141",
        Message = "Proxyless gRPC clients cannot reach the service: they do not resolve the host names of its endpoints.",
        Remedy = "Give IP addresses as endpoints, or let these clients use a proxy.",
        Object = service.Ref,
        Field = "resolution",
        Location = service.Location,
    };
}
