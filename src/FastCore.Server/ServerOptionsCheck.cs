using FastCore.Server.Access;
using FastCore.Server.Fronts;
using Microsoft.Extensions.Options;

namespace FastCore.Server;

/// <summary>Refuses options that would not work, or would open the node to the network without a key.</summary>
internal sealed class ServerOptionsCheck : IValidateOptions<ServerOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        List<string> problems = [.. options.Problems()];
        _ = AccessTable.Parse(options.Keys, problems);
        foreach (EndpointOptions endpoint in KestrelSetup.Effective(options))
        {
            CheckEndpoint(endpoint, options.Keys.Count > 0, problems);
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckEndpoint(EndpointOptions endpoint, bool hasKeys, List<string> problems)
    {
        ListenAddress? address = ListenAddress.TryParse(endpoint.Address);
        if (address is null)
        {
            problems.Add(
                $"'{endpoint.Address}' is not an address: expected tcp://IP:port, tcp://localhost:port, "
                + "tcp://*:port or unix:///path.");
        }
        else if (!address.IsLocal && !hasKeys)
        {
            problems.Add(
                $"{endpoint.Address} can be reached from other machines, but no access key is configured. "
                + "Add one under Keys, or listen on 127.0.0.1 or a Unix socket.");
        }

        if (endpoint.CertificatePath is not null && !File.Exists(endpoint.CertificatePath))
        {
            problems.Add($"The certificate file '{endpoint.CertificatePath}' does not exist.");
        }
    }
}
