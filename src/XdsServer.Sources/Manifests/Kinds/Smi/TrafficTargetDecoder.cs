using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Model.Smi;

namespace XdsServer.Sources.Manifests.Kinds.Smi;

/// <summary>
/// SMI's <c>TrafficTarget</c>, v1alpha1 to v1alpha3: with or without <c>spec</c>, with <c>rules</c> or <c>specs</c>, whatever the label
/// says. A part that cannot be read grants nothing; none ever widens what the others grant.
/// </summary>
internal static class TrafficTargetDecoder
{
    private static readonly ImmutableArray<string> Specifications = [SmiReferences.RouteGroup, SmiReferences.TcpRoute, SmiReferences.UdpRoute];

    /// <summary>The target; nothing when nobody can say whom it is about.</summary>
    public static ImmutableArray<MeshObject> Decode(ManifestObject manifest)
    {
        if (SmiBody.Of(manifest) is not { } body || Destination(body, manifest) is not { } destination)
        {
            return [];
        }

        var sources = body.Objects("sources").Select(s => Account(s, manifest, warns: true)).OfType<ServiceAccount>();
        var target = new TrafficTarget
        {
            Ref = manifest.Ref,
            Location = manifest.Location,
            Revision = manifest.StartHash().Add(body.Node, "apiVersion", "metadata", "status").ToString(),
            Key = manifest.Key,
            Destination = destination.Account,
            Port = destination.Port,
            Sources = [.. sources.Distinct()],
            Rules = [.. body.Objects("rules").Concat(body.Objects("specs")).Select(Rule).OfType<TargetRule>()],
        };
        SmiBody.RefuseUnknown(body, manifest);
        return [target];
    }

    private static (ServiceAccount Account, int? Port)? Destination(FieldReader body, ManifestObject manifest)
    {
        if (body.Object("destination") is not { } destination)
        {
            body.RequirePresent("destination", "Write whose workloads may be asked: 'destination: {kind: ServiceAccount, name: web}'.");
            return null;
        }

        var port = destination.Number("port", 1, 65535);
        var isPortUsable = port is not null || destination.Node.Find("port") is null;
        return Account(destination, manifest, warns: false) is { } account && isPortUsable ? (account, port?.Value) : null;
    }

    private static ServiceAccount? Account(FieldReader reference, ManifestObject manifest, bool warns)
    {
        if (SmiReferences.Read(reference, [SmiReferences.ServiceAccount]) is not { } read)
        {
            return null;
        }

        if (warns && read.Namespace.Length == 0)
        {
            reference.Context.Warn(Codes.NoSourceNamespace, reference.Path, reference.At, $"The source has no namespace; '{manifest.Ref.Namespace}' is meant, the object's own.", "Write the namespace.");
        }

        return new ServiceAccount(read.Namespace.Length == 0 ? manifest.Ref.Namespace : read.Namespace, read.Name);
    }

    private static TargetRule? Rule(FieldReader rule)
    {
        var matches = rule.Texts("matches").Select(m => m.Value).ToImmutableArray();
        var isUsable = rule.Node.Find("matches") is not { } written || (written is Nodes.ListNode list && list.Items.Count == matches.Length);
        if (SmiReferences.Read(rule, Specifications) is not { } read || !isUsable)
        {
            return null;
        }

        var kind = read.Kind switch
        {
            SmiReferences.RouteGroup => TargetRuleKind.HttpRouteGroup,
            SmiReferences.TcpRoute => TargetRuleKind.TcpRoute,
            _ => TargetRuleKind.UdpRoute,
        };
        return new TargetRule(kind, read.Name, matches);
    }
}
