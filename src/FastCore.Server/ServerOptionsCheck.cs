using FastCore.Server.Access;
using FastCore.Server.Fronts;
using FastCore.Server.Tls;
using Microsoft.Extensions.Options;

namespace FastCore.Server;

/// <summary>Refuses options that would not work, or would open the node to the network without a key.</summary>
internal sealed class ServerOptionsCheck : IValidateOptions<ServerOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        List<string> problems = [.. options.Problems()];
        AccessControl.Check(options, problems);
        foreach (EndpointOptions endpoint in KestrelSetup.Effective(options))
        {
            CheckEndpoint(endpoint, options.IsOpen, problems);
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckEndpoint(EndpointOptions endpoint, bool isOpen, List<string> problems)
    {
        ListenAddress? address = ListenAddress.TryParse(endpoint.Address);
        if (address is null)
        {
            problems.Add(
                $"'{endpoint.Address}' is not an address: expected tcp://IP:port, tcp://localhost:port, "
                + "tcp://*:port or unix:///path.");
        }
        else if (!address.IsLocal && isOpen)
        {
            problems.Add(
                $"{endpoint.Address} can be reached from other machines, but no access key is configured. "
                + "Add one under Keys or name a KeyFile, or listen on 127.0.0.1 or a Unix socket.");
        }

        if (endpoint.ClientAuthorityPath is not null && isOpen)
        {
            problems.Add(
                $"{endpoint.Address} asks for client certificates, but no key says what they allow. Add one with a "
                + "CertificateSha256 or a CertificateSubject.");
        }

        problems.AddRange(TlsFiles.Problems(endpoint));
    }
}
