using System.Collections.Immutable;
using System.Text.Json;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;

namespace XdsServer.Translators.Raw;

/// <summary>Puts an HTTP filter in front of another one, in every HTTP connection manager of a listener that has it.</summary>
internal static class HttpFilterInsertion
{
    /// <summary>Changes <paramref name="listener"/>; when anything is wrong it is unchanged.</summary>
    public static ImmutableArray<RawProblem> Apply(Listener listener, JsonElement value, string before)
    {
        var (message, problems) = RawJson.Read(value, HttpFilter.Descriptor);
        if (message is not HttpFilter filter)
        {
            return problems;
        }

        if (filter.ConfigTypeCase == HttpFilter.ConfigTypeOneofCase.None)
        {
            return [new RawProblem("typed_config", "Envoy refuses filters without configuration.", "Give it a typed_config with its @type, or config_discovery.")];
        }

        var slots = Slots(listener).Where(s => Index(s.Http, before) >= 0).ToList();
        if (slots.Count == 0)
        {
            return [new RawProblem("", $"The listener has no HTTP filter '{before}' to put it in front of.", "Name a filter that the listener has, as translate shows it.")];
        }

        if (slots.Any(s => Index(s.Http, filter.Name) >= 0))
        {
            return [new RawProblem("name", $"The listener already has an HTTP filter '{filter.Name}'.", "Give the filter another name.")];
        }

        foreach (var (http, store) in slots)
        {
            http.HttpFilters.Insert(Index(http, before), filter.Clone());
            store(Any.Pack(http));
        }

        return [];
    }

    private static int Index(HttpConnectionManager http, string filter)
    {
        for (var i = 0; i < http.HttpFilters.Count; i++)
        {
            if (http.HttpFilters[i].Name == filter)
            {
                return i;
            }
        }

        return -1;
    }

    private static IEnumerable<(HttpConnectionManager Http, Action<Any> Store)> Slots(Listener listener)
    {
        var chains = listener.FilterChains.Concat(listener.DefaultFilterChain is { } last ? [last] : []);
        foreach (var filter in chains.SelectMany(c => c.Filters).Where(f => f.TypedConfig?.Is(HttpConnectionManager.Descriptor) == true))
        {
            yield return (filter.TypedConfig.Unpack<HttpConnectionManager>(), packed => filter.TypedConfig = packed);
        }

        if (listener.ApiListener is { ApiListener_: { } packedApi } api && packedApi.Is(HttpConnectionManager.Descriptor))
        {
            yield return (packedApi.Unpack<HttpConnectionManager>(), packed => api.ApiListener_ = packed);
        }
    }
}
