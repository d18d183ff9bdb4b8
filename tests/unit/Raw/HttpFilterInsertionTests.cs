using System.Text.Json;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Raw;

namespace XdsServer.Tests.Unit.Raw;

public sealed class HttpFilterInsertionTests
{
    private const string Router = "envoy.filters.http.router";

    private const string Stats = """{"name": "stats", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.grpc_stats.v3.FilterConfig"}}""";

    [Fact]
    public void The_filter_goes_in_front_in_every_connection_manager()
    {
        var listener = Sample();

        HttpFilterInsertion.Apply(listener, JsonDocument.Parse(Stats).RootElement, Router).Should().BeEmpty();

        listener.FilterChains.Should().OnlyContain(c => Names(c.Filters[0].TypedConfig).SequenceEqual(new[] { "stats", Router }));
        Names(listener.DefaultFilterChain.Filters[0].TypedConfig).Should().Equal("stats", Router);
        Names(listener.ApiListener.ApiListener_).Should().Equal("stats", Router);
    }

    [Theory]
    [InlineData(Stats, "envoy.filters.http.cors", "", "has no HTTP filter 'envoy.filters.http.cors'")]
    [InlineData("""{"name": "x"}""", Router, "typed_config", "refuses filters without configuration")]
    [InlineData("""{"name": "x", "typed": {}}""", Router, "typed", "no such field")]
    public void What_cannot_work_is_named_and_changes_nothing(string value, string before, string path, string words)
    {
        var listener = Sample();

        var problem = HttpFilterInsertion.Apply(listener, JsonDocument.Parse(value).RootElement, before).Should().ContainSingle().Subject;

        problem.Path.Should().Be(path);
        problem.Message.Should().Contain(words);
        listener.Should().Be(Sample());
    }

    [Fact]
    public void A_filter_name_that_is_taken_is_refused()
    {
        var listener = Sample();
        HttpFilterInsertion.Apply(listener, JsonDocument.Parse(Stats).RootElement, Router).Should().BeEmpty();

        HttpFilterInsertion.Apply(listener, JsonDocument.Parse(Stats).RootElement, Router).Should().ContainSingle(p => p.Path == "name");
    }

    private static IEnumerable<string> Names(Any http) => http.Unpack<HttpConnectionManager>().HttpFilters.Select(f => f.Name);

    private static Listener Sample() => new()
    {
        Name = "l",
        FilterChains = { Chain(), Chain() },
        DefaultFilterChain = Chain(),
        ApiListener = new() { ApiListener_ = Http() },
    };

    private static FilterChain Chain() => new() { Filters = { new Filter { Name = "http", TypedConfig = Http() } } };

    private static Any Http() => Any.Pack(new HttpConnectionManager { HttpFilters = { new HttpFilter { Name = Router, TypedConfig = Any.Pack(new Router()) } } });
}
