namespace XdsServer.Model;

/// <summary>Checks of references between objects, over the merged model. They report; translators leave out what does not resolve.</summary>
internal static class ModelChecks
{
    /// <summary>What is wrong with services, whatever else there is.</summary>
    public static List<Diagnostic> OfServices(MeshModel model)
    {
        var found = new List<Diagnostic>();
        CheckNames(model, found);
        CheckAddresses(model, found);
        return found;
    }

    /// <summary>Adds what is wrong with references.</summary>
    public static void OfReferences(MeshModel model, List<Diagnostic> found)
    {
        CheckRoutes(model, found);
        CheckGateways(model, found);
    }

    private static void CheckNames(MeshModel model, List<Diagnostic> found)
    {
        if (!model.Services.Any(entry => HasUpper(entry.Service.Key)))
        {
            return;
        }

        var seen = new Dictionary<ServiceKey, MeshService>();
        foreach (var entry in model.Services)
        {
            var lower = new ServiceKey(entry.Service.Key.Namespace.ToLowerInvariant(), entry.Service.Key.Name.ToLowerInvariant());
            if (!seen.TryAdd(lower, entry.Service))
            {
                found.Add(ModelDiagnostics.OnlyCaseDiffers(entry.Service, seen[lower]));
            }
        }
    }

    private static void CheckAddresses(MeshModel model, List<Diagnostic> found)
    {
        var owners = new Dictionary<(string Address, int Port), MeshService>();
        foreach (var entry in model.Services)
        {
            foreach (var address in entry.Service.Addresses)
            {
                foreach (var port in entry.Service.Ports)
                {
                    if (!owners.TryAdd((address, port.Port), entry.Service))
                    {
                        found.Add(ModelDiagnostics.AddressTaken(entry.Service, address, port.Port, owners[(address, port.Port)]));
                    }
                }
            }
        }
    }

    private static void CheckRoutes(MeshModel model, List<Diagnostic> found)
    {
        foreach (var route in model.Routes)
        {
            CheckParents(model, route, found);
            var backends = route.Rules.Where(rule => !rule.LeavesOutMissing).SelectMany(rule => rule.Backends).Distinct();
            foreach (var backend in backends)
            {
                CheckBackend(model, route, "backends", backend, found);
            }
        }
    }

    private static void CheckParents(MeshModel model, MeshRoute route, List<Diagnostic> found)
    {
        foreach (var parent in route.Parents)
        {
            var problem = parent switch
            {
                RouteParent.OfService of when !model.ServicesByKey.TryGetValue(of.Service, out var entry) => $"The service {of.Service}",
                RouteParent.OfService of when of.Port != 0 && model.ServicesByKey[of.Service].Service.PortByNumber(of.Port) is null => $"Port {of.Port} of the service {of.Service}",
                RouteParent.OfGateway of when !model.Gateways.Any(gateway => gateway.Key == of.Gateway) => $"The gateway {of.Gateway}",
                _ => null,
            };
            if (problem is not null)
            {
                found.Add(ModelDiagnostics.UnknownParent(route, "parents", problem));
            }
        }
    }

    private static void CheckGateways(MeshModel model, List<Diagnostic> found)
    {
        var secrets = model.Secrets.Where(secret => secret.CertificateChain.Length > 0).Select(secret => secret.Key).ToHashSet();
        foreach (var gateway in model.Gateways)
        {
            for (var i = 0; i < gateway.Listeners.Length; i++)
            {
                var listener = gateway.Listeners[i];
                if (listener.Secret is { } secret && !secrets.Contains(secret))
                {
                    found.Add(ModelDiagnostics.MissingSecret(gateway, $"spec.listeners[{i}].tls", secret));
                }

                foreach (var backend in listener.Backends)
                {
                    CheckBackend(model, gateway, $"spec.listeners[{i}].backends", backend, found);
                }
            }
        }
    }

    private static void CheckBackend(MeshModel model, MeshObject owner, string field, RouteBackend backend, List<Diagnostic> found)
    {
        if (!model.ServicesByKey.TryGetValue(backend.Service, out var entry))
        {
            found.Add(ModelDiagnostics.UnknownBackend(owner, field, backend));
        }
        else if (backend.Port != 0 && entry.Service.PortByNumber(backend.Port) is null)
        {
            found.Add(ModelDiagnostics.UnknownBackendPort(owner, field, backend, entry.Service));
        }
    }

    private static bool HasUpper(ServiceKey key) => key.Name.Any(char.IsAsciiLetterUpper) || key.Namespace.Any(char.IsAsciiLetterUpper);
}
