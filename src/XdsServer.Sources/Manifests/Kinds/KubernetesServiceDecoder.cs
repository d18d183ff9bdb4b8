using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>Kubernetes' <c>Service</c>, of every type. Fields that matter elsewhere are not looked at.</summary>
internal static class KubernetesServiceDecoder
{
    /// <summary>The service; nothing when it has no usable port.</summary>
    public static ImmutableArray<MeshObject> Decode(ManifestObject manifest)
    {
        if (manifest.Root.Object("spec") is not { } spec)
        {
            manifest.Root.Missing("spec", "Write the service's ports in 'spec'.");
            return [];
        }

        if (spec.Text("type")?.Value == "ExternalName")
        {
            manifest.IsIgnored = true;
            manifest.Context.Warn(
                Codes.ExternalName, FieldPath.Root.Field("spec").Field("type"), spec.At,
                "Services of type ExternalName are not read: anybody who may write one could reach any address in your network.",
                "Write a MeshService with 'resolution: dns' for the name that is meant.");
            return [];
        }

        ImmutableArray<KubernetesPort> ports = [.. spec.Objects("ports").Select(ReadPort).OfType<KubernetesPort>()];
        if (ports.IsEmpty)
        {
            spec.Missing("ports", "A service needs at least one TCP port to be part of the mesh.");
            return [];
        }

        return [new KubernetesService
        {
            Ref = manifest.Ref,
            Location = manifest.Location,
            Revision = manifest.StartHash().Add(spec.Node).ToString(),
            Key = manifest.Key,
            Ports = ports,
            Addresses = ReadAddresses(spec),
            Families = [.. spec.Texts("ipFamilies").Select(family => family.Value)],
            Labels = manifest.Labels,
        }];
    }

    private static KubernetesPort? ReadPort(FieldReader port)
    {
        var number = port.Number("port", 1, 65535);
        port.RequirePresent("port", "Write the port's number.");
        var name = port.Text("name");
        var isNameUsable = name is not { Value.Length: > 0 } given || Names.CheckPart(given, port.Context);
        if (number is null || !isNameUsable || !TransportProtocols.IsTcp(port))
        {
            return null;
        }

        var target = port.Raw("targetPort") is Nodes.ScalarNode { Text: var text } && int.TryParse(text, out var parsed) && parsed is > 0 and <= 65535 ? parsed : 0;
        return new KubernetesPort(name?.Value ?? "", number.Value.Value, target, port.Text("appProtocol")?.Value ?? "");
    }

    /// <remarks><c>None</c> says headless, an empty text not yet allocated: neither is an address (K-47).</remarks>
    private static ImmutableArray<string> ReadAddresses(FieldReader spec)
    {
        var single = spec.Text("clusterIP")?.Value ?? "";
        return [.. spec.Texts("clusterIPs").Select(address => address.Value).Prepend(single).Select(Names.Ip).OfType<string>().Distinct(StringComparer.Ordinal)];
    }
}
