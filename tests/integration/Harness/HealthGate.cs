using Microsoft.AspNetCore.Http;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>Answers health checks, or lets them wait.</summary>
internal sealed class HealthGate
{
    public const string Path = "/healthz";

    private volatile TaskCompletionSource _open = New();

    public HealthGate() => Release();

    public void Hold() => _open = New();

    public void Release() => _open.TrySetResult();

    public Task AnswerAsync(HttpContext context) => _open.Task.WaitAsync(context.RequestAborted);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
