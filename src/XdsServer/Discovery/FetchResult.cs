using System.Collections.Immutable;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>The answer to one request without a stream.</summary>
/// <param name="Version">The version of all that the client asks for.</param>
/// <param name="IsCurrent">The client presented this version: it need not be sent anything.</param>
/// <param name="Resources">What the client asks for, as far as it exists.</param>
public sealed record FetchResult(string Version, bool IsCurrent, ImmutableArray<Resource> Resources);
