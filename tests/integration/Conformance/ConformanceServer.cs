namespace XdsServer.Tests.Integration.Conformance;

/// <summary>The server under test, shared by the tests of one class.</summary>
public sealed class ConformanceServer : IAsyncLifetime
{
    private ConformanceTarget? _target;

    /// <summary>The running server.</summary>
    public ConformanceTarget Target => _target ?? throw new InvalidOperationException("Not started.");

    /// <inheritdoc/>
    public async Task InitializeAsync() => _target = await ConformanceTarget.StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_target is not null)
        {
            await _target.DisposeAsync();
        }
    }
}
