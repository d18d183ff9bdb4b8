using XdsServer.Model;
using XdsServer.Sources.Manifests;

namespace XdsServer.Sources.Files;

/// <summary>What can be wrong with files as files.</summary>
internal static class FileDiagnostics
{
    private const int MostNamed = 3;

    /// <summary>An object that another document has already.</summary>
    public static Diagnostic DuplicateObject(DecodedObject loser, DecodedObject winner) => new()
    {
        Severity = Severity.Error,
        Code = Codes.DuplicateObject,
        Message = $"The same object stands at {winner.Location} already; that one is used.",
        Remedy = "Remove one of the two, or rename it.",
        Object = loser.Ref,
        Location = loser.Location,
    };

    /// <summary>Objects that a broken file no longer shows.</summary>
    public static Diagnostic LastGoodKept(string path, List<DecodedObject> held)
    {
        var names = string.Join(", ", held.Take(MostNamed).Select(item => $"{item.Ref.Kind} {item.Ref.Namespace}/{item.Ref.Name}"));
        var more = held.Count > MostNamed ? $" and {held.Count - MostNamed} more" : "";
        return About(path, Severity.Warning, Codes.LastGoodKept, $"What it said before of {names}{more} stays in force.", "Correct the errors in this file.");
    }

    /// <summary>A file that cannot be read.</summary>
    public static Diagnostic Unreadable(string path, string reason) =>
        About(path, Severity.Error, Codes.Unreadable, $"The file cannot be read: {reason}", "Let the server's user read it.");

    /// <summary>A file above the limit.</summary>
    public static Diagnostic TooLarge(string path, ManifestLimits limits)
    {
        var problem = ManifestText.TooLarge(limits);
        return About(path, Severity.Error, problem.Code, problem.Message, problem.Remedy);
    }

    /// <summary>A file that lost all its content.</summary>
    public static Diagnostic Emptied(string path) => About(
        path, Severity.Warning, Codes.Emptied, "The file became empty; what it said before stays in force.", "Delete the file, or leave a comment in it, to remove its objects.");

    /// <summary>A folder that lost all its files.</summary>
    public static Diagnostic NothingLeft(string path, bool exists) => About(
        path,
        Severity.Warning,
        Codes.NothingLeft,
        $"{(exists ? "No manifest is left here" : "It is gone")}; what was here before stays in force.",
        "Bring it back. To remove everything on purpose, leave one file with only a comment in it.");

    /// <summary>A path that the system does not watch for us.</summary>
    public static Diagnostic NoNotifications(string path, string reason, TimeSpan pollInterval) => About(
        path,
        Severity.Info,
        Codes.NoNotifications,
        $"The system gives no notifications of changes here ({reason}); they are seen by looking every {pollInterval.TotalSeconds:0.###} s.",
        "Raise the system's limit of watches (fs.inotify.max_user_watches, max_user_instances), or set Xds:Files:UseNotifications to false if that is fast enough.");

    /// <summary>A path that was never there.</summary>
    public static Diagnostic PathMissing(string path) =>
        About(path, Severity.Error, Codes.PathMissing, "This path does not exist.", "Create it, or correct the configured path.");

    private static Diagnostic About(string path, Severity severity, string code, string message, string remedy) => new()
    {
        Severity = severity,
        Code = code,
        Message = message,
        Remedy = remedy,
        Location = new SourceLocation(path, 1, 1),
    };
}
