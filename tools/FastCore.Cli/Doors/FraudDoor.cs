using FastCore.Cli.Terminal;
using FastCore.Fraud.Policies;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Doors;

/// <summary>Puts an operator's policy in force in an engine of this process.</summary>
internal static class FraudDoor
{
    /// <summary>Names the policy that comes along, where a file could be named.</summary>
    public const string Shipped = "shipped";

    /// <summary>Puts a policy in force; what goes wrong is said with the right exit code.</summary>
    /// <param name="node">The engine, which scores.</param>
    /// <param name="path">The policy file, or <see cref="Shipped"/>.</param>
    public static async Task ActivateAsync(FastCoreNode node, string path)
    {
        try
        {
            (FrameStatus status, FraudResult result) = path == Shipped
                ? await node.Fraud!.ActivateShippedAsync()
                : await node.Fraud!.ActivateAsync(path);
            if (status != FrameStatus.Ok || result.Code != FraudStatus.Ok)
            {
                string why = SnakeCase.Of(status != FrameStatus.Ok ? status.ToString() : result.Code.ToString());
                throw new CliException(ExitCode.Refused, why, $"The policy '{path}' was not put in force: {why}.");
            }
        }
        catch (PolicyRefusedException refused)
        {
            throw new CliException(
                ExitCode.File,
                $"policy_{SnakeCase.Of(refused.Mistakes[0].Code.ToString())}",
                string.Join('\n', refused.Mistakes.Select(mistake => mistake.ToString())),
                refused);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.File, "policy_unusable", e.Message, e);
        }
    }
}
