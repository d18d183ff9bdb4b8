using System.Collections.Immutable;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>The <c>hosts</c> of gateway listeners and routes.</summary>
internal static class GatewayHosts
{
    /// <summary>
    /// The usable hosts, lower-cased; empty: all hosts. Null when hosts were written and none is usable: taking that for "all
    /// hosts" would widen what the author wanted narrow.
    /// </summary>
    public static ImmutableArray<string>? Read(FieldReader item)
    {
        var hosts = ImmutableArray.CreateBuilder<string>();
        var isAll = true;
        foreach (var text in item.Texts("hosts"))
        {
            isAll = text.Value == "*";
            if (isAll)
            {
                return [];
            }

            if (Names.Host(text.Value, allowWildcard: true) is not { } host)
            {
                item.Context.Error(Codes.BadFormat, text.Path, text.At, $"'{text.Value}' is not a host name.", "Write a name such as shop.example.com or *.example.com, without a port.");
            }
            else if (!hosts.Contains(host))
            {
                hosts.Add(host);
            }
        }

        return hosts.Count == 0 && !isAll ? null : hosts.ToImmutable();
    }
}
