using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>
/// <c>MeshService</c>: a service, and its endpoints as an object of their own, so that moving endpoints do not touch the service.
/// </summary>
internal static class MeshServiceDecoder
{
    private static readonly FrozenDictionary<string, Resolution> Resolutions = new Dictionary<string, Resolution>(StringComparer.Ordinal)
    {
        ["static"] = Resolution.Static,
        ["dns"] = Resolution.Dns,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The service and its endpoints; nothing when no port is usable.</summary>
    public static ImmutableArray<MeshObject> Decode(ManifestObject manifest)
    {
        if (manifest.Root.Object("spec") is not { } spec)
        {
            manifest.Root.Missing("spec", "Write the service's ports and endpoints in 'spec'.");
            return [];
        }

        var ports = ReadPorts(spec);
        var resolution = spec.Choice("resolution", Resolutions) ?? Resolution.Static;
        var service = new MeshService
        {
            Ref = manifest.Ref,
            Location = manifest.Location,
            Revision = manifest.StartHash().Add(spec.Node, "endpoints").ToString(),
            Key = manifest.Key,
            Ports = ports,
            Hosts = ReadHosts(spec),
            Addresses = ReadAddresses(spec),
            Resolution = resolution,
            ServiceAccount = spec.Text("serviceAccount")?.Value ?? "",
            Labels = manifest.Labels,
        };
        var endpoints = new MeshEndpointDecoder(ports, resolution).Decode(manifest, spec);
        spec.RefuseUnknown();
        return ports.IsEmpty ? [] : [service, endpoints];
    }

    private static ImmutableArray<ServicePort> ReadPorts(FieldReader spec)
    {
        var ports = ImmutableArray.CreateBuilder<ServicePort>();
        foreach (var item in spec.Objects("ports"))
        {
            if (ReadPort(item) is { } port && IsNew(port, ports, item))
            {
                ports.Add(port);
            }
        }

        if (ports.Count == 0)
        {
            spec.Missing("ports", "A service needs at least one usable port, for example '- {name: http, port: 80, protocol: http}'.");
        }

        return ports.ToImmutable();
    }

    private static ServicePort? ReadPort(FieldReader item)
    {
        var name = item.Text("name");
        var number = item.Number("port", 1, 65535);
        var hasProtocol = item.Node.Find("protocol") is not null;
        var protocol = item.Choice("protocol", PortProtocols.ByName);
        item.RefuseUnknown();
        item.RequirePresent("port", "Write the port's number.");

        if (number is null || (hasProtocol && protocol is null) || (name is { } given && !Names.CheckPart(given, item.Context)))
        {
            return null;
        }

        return new ServicePort(name?.Value ?? number.Value.Value.ToString(CultureInfo.InvariantCulture), number.Value.Value, protocol ?? PortProtocol.Tcp);
    }

    private static bool IsNew(ServicePort port, ImmutableArray<ServicePort>.Builder ports, FieldReader item)
    {
        var twin = ports.FirstOrDefault(other => other.Port == port.Port || string.Equals(other.Name, port.Name, StringComparison.OrdinalIgnoreCase));
        if (twin is null)
        {
            return true;
        }

        var what = twin.Port == port.Port ? $"number {port.Port}" : $"name '{port.Name}'";
        item.Context.Error(Codes.Repeated, item.Path, item.At, $"The port with the {what} is there twice.", "Give every port its own name and number.");
        return false;
    }

    private static ImmutableArray<string> ReadHosts(FieldReader spec)
    {
        var hosts = ImmutableArray.CreateBuilder<string>();
        foreach (var text in spec.Texts("hosts"))
        {
            if (Names.Host(text.Value, allowWildcard: false) is not { } host)
            {
                spec.Context.Error(Codes.BadFormat, text.Path, text.At, $"'{text.Value}' is not a host name.", "Write a name without port or wildcard; IP addresses go into 'addresses'.");
            }
            else if (!hosts.Contains(host))
            {
                hosts.Add(host);
            }
        }

        return hosts.ToImmutable();
    }

    private static ImmutableArray<string> ReadAddresses(FieldReader spec)
    {
        var addresses = ImmutableArray.CreateBuilder<string>();
        foreach (var text in spec.Texts("addresses"))
        {
            if (Names.Ip(text.Value) is not { } address)
            {
                spec.Context.Error(Codes.BadFormat, text.Path, text.At, $"'{text.Value}' is not an IP address of a service.", "Write an IPv4 or IPv6 address without brackets, port or zone.");
            }
            else if (!addresses.Contains(address))
            {
                addresses.Add(address);
            }
        }

        return addresses.ToImmutable();
    }
}
