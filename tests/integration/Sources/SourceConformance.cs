using XdsServer.Model;
using XdsServer.Tests.Integration.Files;

namespace XdsServer.Tests.Integration.Sources;

/// <summary>
/// What every source must do, whatever it reads from. A source's test class derives from this and says how its other side changes.
/// </summary>
public abstract class SourceConformance
{
    /// <summary>Creates the source, not yet running.</summary>
    protected abstract IMeshSource CreateSource();

    /// <summary>Makes a service with one endpoint exist, or gives it that endpoint port.</summary>
    protected abstract Task PutServiceAsync(string name, int endpointPort);

    /// <summary>Makes a service not exist, on purpose.</summary>
    protected abstract Task DeleteServiceAsync(string name);

    [Fact]
    public async Task It_publishes_nothing_before_it_runs_and_is_synced_once_it_did()
    {
        await PutServiceAsync("web", 8080);
        var source = CreateSource();

        source.Fragment.Value.Should().BeNull();
        await using var running = new RunningSource(source);
        var first = await running.WaitForAsync(fragment => fragment.IsSynced);

        first.Source.Should().Be(source.Name);
        first.Services.Should().ContainSingle().Which.Ref.Source.Should().Be(source.Name);
        first.AsOf.Should().NotBe(default);
    }

    [Fact]
    public async Task It_shows_what_is_added_and_changed_and_deleted()
    {
        await PutServiceAsync("web", 8080);
        await using var running = new RunningSource(CreateSource());
        await running.WaitForAsync(fragment => fragment.Services.Length == 1);

        await PutServiceAsync("api", 8080);
        await running.WaitForAsync(fragment => fragment.Services.Length == 2);
        await PutServiceAsync("api", 8081);
        await running.WaitForAsync(fragment => fragment.Endpoints.Any(item => item.Endpoints.Any(endpoint => endpoint.Ports.ContainsValue(8081))));
        await DeleteServiceAsync("api");

        var last = await running.WaitForAsync(fragment => fragment.Services.Length == 1);
        last.Services[0].Key.Name.Should().Be("web");
    }

    [Fact]
    public async Task It_hands_out_the_same_instances_for_what_did_not_change()
    {
        await PutServiceAsync("web", 8080);
        await PutServiceAsync("api", 8080);
        await using var running = new RunningSource(CreateSource());
        var before = await running.WaitForAsync(fragment => fragment.Services.Length == 2);

        await PutServiceAsync("api", 8081);

        var after = await running.WaitForAsync(fragment => fragment.Endpoints.Any(item => item.Endpoints.Any(endpoint => endpoint.Ports.ContainsValue(8081))));
        after.Services.Should().Equal(before.Services, ReferenceEquals);
        after.Endpoints.Single(item => item.Service.Name == "web").Should().BeSameAs(before.Endpoints.Single(item => item.Service.Name == "web"));
    }

    [Fact]
    public async Task Its_lists_are_sorted_by_object()
    {
        foreach (var name in new[] { "b", "c", "a" })
        {
            await PutServiceAsync(name, 8080);
        }

        await using var running = new RunningSource(CreateSource());

        var first = await running.WaitForAsync(fragment => fragment.Services.Length == 3);
        first.Services.Should().BeInAscendingOrder(service => service.Ref);
        first.Endpoints.Should().BeInAscendingOrder(endpoints => endpoints.Ref);
    }

    [Fact]
    public async Task It_ends_without_an_exception_when_it_is_cancelled()
    {
        await PutServiceAsync("web", 8080);
        var running = new RunningSource(CreateSource());
        await running.WaitForAsync(fragment => fragment.IsSynced);

        await running.Awaiting(source => source.DisposeAsync().AsTask()).Should().NotThrowAsync();
    }
}
