using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Model.Smi;

namespace XdsServer.Sources.Manifests.Kinds.Smi;

/// <summary>SMI's <c>TCPRoute</c> and <c>UDPRoute</c>. Before v1alpha4 they hold nothing, which means all ports.</summary>
internal static class PortRouteDecoder
{
    /// <summary>A <c>TCPRoute</c>.</summary>
    public static ImmutableArray<MeshObject> DecodeTcp(ManifestObject manifest) => Decode(manifest, isUdp: false);

    /// <summary>A <c>UDPRoute</c>.</summary>
    public static ImmutableArray<MeshObject> DecodeUdp(ManifestObject manifest) => Decode(manifest, isUdp: true);

    private static ImmutableArray<MeshObject> Decode(ManifestObject manifest, bool isUdp)
    {
        var spec = manifest.Root.Object("spec");
        var isUsable = spec is not null || manifest.Root.Node.Find("spec") is null;
        var ports = spec is null ? [] : Ports(spec);
        if (!isUsable || ports is not { } read)
        {
            return [];
        }

        return
        [
            new PortRoute
            {
                Ref = manifest.Ref,
                Location = manifest.Location,
                Revision = manifest.StartHash().Add(spec?.Node).ToString(),
                Key = manifest.Key,
                IsUdp = isUdp,
                Ports = read,
            },
        ];
    }

    // One port that cannot be read must not turn "these ports" into "all ports".
    private static ImmutableArray<int>? Ports(FieldReader spec)
    {
        var matches = spec.Object("matches");
        spec.RefuseUnknown();
        if (matches is null)
        {
            return spec.Node.Find("matches") is null ? [] : null;
        }

        var ports = matches.Items("ports").Select(item => matches.AsNumber(item.Value, item.Path, 1, 65535)?.Value ?? 0).ToList();
        matches.Raw("name");
        matches.RefuseUnknown();
        var isUsable = matches.Node.Find("ports") is null or Nodes.ListNode && !ports.Contains(0);
        return isUsable ? [.. ports.Distinct().Order()] : null;
    }
}
