using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>Kubernetes' <c>EndpointSlice</c>. Its endpoints, ports and address type stand at the top level, not in a spec.</summary>
internal static class EndpointSliceDecoder
{
    private const string ServiceLabel = "kubernetes.io/service-name";

    /// <summary>The slice; nothing when it belongs to no service or cannot be used.</summary>
    public static ImmutableArray<MeshObject> Decode(ManifestObject manifest)
    {
        var root = manifest.Root;
        if (!manifest.Labels.TryGetValue(ServiceLabel, out var service))
        {
            manifest.IsIgnored = true;
            manifest.Context.Warn(
                Codes.NoService, FieldPath.Root.Field("metadata").Field("labels"), root.At,
                $"The label '{ServiceLabel}' is missing, so nobody knows whose endpoints these are.", $"Add the label '{ServiceLabel}' with the service's name.");
            return [];
        }

        var family = root.RequiredText("addressType", "Write IPv4 or IPv6.");
        if (family is not { Value: "IPv4" or "IPv6" })
        {
            if (family is { } other)
            {
                manifest.IsIgnored = true;
                manifest.Context.Warn(Codes.AddressType, other.Path, other.At, $"Slices of type '{other.Value}' are not read.", "Use IPv4 or IPv6; for host names write a MeshService with 'resolution: dns'.");
            }

            return [];
        }

        ImmutableArray<SlicePort> ports = [.. root.Objects("ports").Select(ReadPort).OfType<SlicePort>()];
        ImmutableArray<SliceEndpoint> endpoints = [.. root.Objects("endpoints").Select(item => ReadEndpoint(item, family.Value.Value)).OfType<SliceEndpoint>()];
        return [new KubernetesSlice
        {
            Ref = manifest.Ref,
            Location = manifest.Location,
            Revision = manifest.StartHash().Add(root.Node.Find("addressType")).Add(root.Node.Find("ports")).Add(root.Node.Find("endpoints")).ToString(),
            Service = new ServiceKey(manifest.Ref.Namespace, service),
            Family = family.Value.Value,
            Ports = ports,
            Endpoints = endpoints,
        }];
    }

    /// <remarks>An absent number means all ports, as custom slices may say (K-38); the Service's target decides then.</remarks>
    private static SlicePort? ReadPort(FieldReader port)
    {
        var number = port.Number("port", 1, 65535);
        var isUsable = number is not null || port.Node.Find("port") is null;
        return isUsable && TransportProtocols.IsTcp(port)
            ? new SlicePort(port.Text("name")?.Value ?? "", number?.Value ?? 0, port.Text("appProtocol")?.Value ?? "")
            : null;
    }

    private static SliceEndpoint? ReadEndpoint(FieldReader item, string family)
    {
        if (ReadAddress(item, family) is not { } address || ReadHealth(item.Object("conditions")) is not { } health)
        {
            return null;
        }

        return new SliceEndpoint
        {
            Address = address,
            Health = health,
            Zone = item.Text("zone")?.Value ?? "",
            Node = item.Text("nodeName")?.Value ?? "",
            TargetUid = item.Object("targetRef")?.Text("uid")?.Value ?? "",
        };
    }

    /// <summary>Only the first address of an endpoint means something (K-35).</summary>
    private static string? ReadAddress(FieldReader item, string family)
    {
        foreach (var text in item.Texts("addresses"))
        {
            var address = Names.Ip(text.Value);
            if (address is not null && address.Contains(':', StringComparison.Ordinal) == (family == "IPv6"))
            {
                return address;
            }

            item.Context.Error(Codes.BadFormat, text.Path, text.At, $"'{text.Value}' is not an {family} address.", $"Write an {family} address, or correct 'addressType'.");
            return null;
        }

        item.Missing("addresses", "Write the endpoint's address.");
        return null;
    }

    /// <summary>
    /// Absent conditions mean ready and serving (K-32). Terminating endpoints that still serve drain, so that existing work finishes
    /// and they remain a last resort; everything else that is not ready gets nothing (K-33).
    /// </summary>
    private static EndpointHealth? ReadHealth(FieldReader? conditions)
    {
        var isReady = conditions?.Flag("ready") ?? true;
        var isTerminating = conditions?.Flag("terminating") ?? false;
        var isServing = conditions?.Flag("serving") ?? (isTerminating || isReady);
        return (isTerminating, isReady, isServing) switch
        {
            (false, true, _) => EndpointHealth.Healthy,
            (true, true, _) or (true, _, true) => EndpointHealth.Draining,
            _ => null,
        };
    }
}
