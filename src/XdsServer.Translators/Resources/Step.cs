namespace XdsServer.Translators.Resources;

/// <summary>
/// What was computed last about the way from one state to another. It does not keep the other state alive: a client that takes nothing more
/// holds one old state, and must not hold with it all that came after.
/// </summary>
internal sealed class Step<TState, TWay>(TState target, TWay way)
    where TState : class
{
    private readonly WeakReference<TState> _target = new(target);

    /// <summary>What was computed.</summary>
    public TWay Way { get; } = way;

    /// <summary>True when it is about the way to this one.</summary>
    public bool LeadsTo(TState state) => _target.TryGetTarget(out var target) && ReferenceEquals(target, state);
}
