using System.Collections.Immutable;

namespace XdsServer.Sources.Manifests.Kinds.Smi;

/// <summary>References by kind and name: to route groups, TCP and UDP routes, service accounts.</summary>
internal static class SmiReferences
{
    public const string RouteGroup = "HTTPRouteGroup";
    public const string TcpRoute = "TCPRoute";
    public const string UdpRoute = "UDPRoute";
    public const string ServiceAccount = "ServiceAccount";

    /// <summary>Kind, name and namespace (empty: not given); null after a diagnostic. Further fields are left for the caller to read first.</summary>
    public static (string Kind, string Name, string Namespace)? Read(FieldReader reference, ImmutableArray<string> kinds)
    {
        var kind = reference.RequiredText("kind", $"Write 'kind: {kinds[0]}'.");
        var name = reference.RequiredText("name", "Name the object that is meant.");
        var space = reference.Text("namespace");
        reference.Raw("apiGroup");
        reference.RefuseUnknown();
        if (kind is not { } given || name is not { } called)
        {
            return null;
        }

        if (!kinds.Contains(given.Value, StringComparer.Ordinal))
        {
            reference.Context.Error(Codes.UnknownValue, given.Path, given.At, $"'{given.Value}' cannot stand here.", Nearest.Suggest(given.Value, kinds));
            return null;
        }

        return (given.Value, called.Value, space?.Value ?? "");
    }
}
