using System.Diagnostics;
using XdsServer.Groups;
using XdsServer.Metrics;
using XdsServer.Model;
using XdsServer.Translators;

namespace XdsServer.Pipeline;

/// <summary>
/// One run after the other: compose, translate, publish. Keeps the last good results, which the next run borrows from. Owned by the
/// pipeline's loop.
/// </summary>
internal sealed class PipelineRun(MeshStages stages, ProxyGroupStore groups, PipelineMetrics metrics, TimeProvider time, ILogger log)
{
    private long _number;
    private IReadOnlyList<MeshFragment> _fragments = [];
    private MeshModel? _model;
    private Translation? _translation;
    private Diagnostic? _failure;

    /// <summary>Runs the stages; a failure keeps what was published before.</summary>
    public PipelineStatus Execute(IReadOnlyList<MeshFragment> fragments, IReadOnlyCollection<ProxyGroupKey> keys)
    {
        var started = time.GetTimestamp();
        using var activity = ServerActivities.Source.StartActivity("pipeline.run");
        _number++;
        var failure = Try(fragments, keys, out var published);
        var took = time.GetElapsedTime(started);
        activity?.SetStatus(failure is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        Report(failure, published, took);
        _failure = failure;
        return new PipelineStatus { Run = _number, At = time.GetUtcNow(), Took = took, Model = _model, Translation = _translation, Failure = failure };
    }

    private Diagnostic? Try(IReadOnlyList<MeshFragment> fragments, IReadOnlyCollection<ProxyGroupKey> keys, out int published)
    {
        published = 0;
        try
        {
            var model = _model is not null && _fragments.SequenceEqual(fragments, ReferenceEqualityComparer.Instance) ? _model : stages.Compose(fragments, _model);
            var translation = stages.Translate(model, keys, _translation);
            (_fragments, _model, _translation) = (fragments, model, translation);
            published = groups.Publish(translation.Snapshots);
            return null;
        }
        catch (Exception e)
        {
            LogOnce(e);
            return FailureOf(e);
        }
    }

    private void LogOnce(Exception exception)
    {
        if (_failure?.Message != MessageOf(exception))
        {
            log.RunFailed(exception, _number);
        }
    }

    private void Report(Diagnostic? failure, int published, TimeSpan took)
    {
        metrics.Ran(failure is null, took);
        if (failure is null && _failure is not null)
        {
            log.Recovered(_number);
        }

        if (published > 0)
        {
            log.Published(_number, _model!.Services.Length, published, took.TotalMilliseconds);
        }
    }

    private static Diagnostic FailureOf(Exception exception) => new()
    {
        Severity = Severity.Error,
        Code = "XDS5001",
        Message = MessageOf(exception),
        Remedy = "This is a bug in the control plane: proxies keep their last good configuration. Undo the last change, and report the stack trace from the log.",
    };

    private static string MessageOf(Exception exception) => $"The configuration could not be translated: {exception.GetType().Name}: {exception.Message}";
}
