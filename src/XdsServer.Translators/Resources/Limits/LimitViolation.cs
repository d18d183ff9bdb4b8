namespace XdsServer.Translators.Resources.Limits;

/// <summary>A value that Envoy would refuse.</summary>
/// <param name="Path">Where it is, for example <c>virtual_hosts[0].domains</c>.</param>
/// <param name="Problem">What is wrong with it, in a few words, for example <c>must have at least 1 item</c>.</param>
public sealed record LimitViolation(string Path, string Problem)
{
    /// <inheritdoc/>
    public override string ToString() => Path.Length == 0 ? Problem : $"{Path}: {Problem}";
}
