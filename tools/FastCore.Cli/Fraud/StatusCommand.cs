using System.CommandLine;
using System.Globalization;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using Spectre.Console;

namespace FastCore.Cli.Fraud;

/// <summary><c>fastcore fraud status</c>.</summary>
internal sealed class StatusCommand(CliConsole console) : ConnectedFraudCommand(
    console,
    "status",
    "Which policy is in force in a running node, and which were before.",
    "allow policies and every book")
{
    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore fraud status --connect 127.0.0.1:7040", "Policies by version, the one in force last."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliContext context, EngineDoor door)
    {
        List<PolicyRecord> policies = await ReadPoliciesAsync(door.Session);
        if (context.Json)
        {
            return WriteRows(context, "policies", Operation.GetPolicies, policies);
        }

        if (policies.Count == 0)
        {
            context.Say("No policy is in force: everything passes.");
            return ExitCode.Ok;
        }

        Table table = new Table().Border(TableBorder.Simple)
            .AddColumns("version", "since", "in force", "models", "rules", "payments");
        foreach (PolicyRecord policy in policies)
        {
            string inForce = policy.PartitionsInForce == policy.Partitions ? "yes"
                : policy.PartitionsInForce == 0 ? ""
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"in {policy.PartitionsInForce} of {policy.Partitions} partitions");
            table.AddTextRow(
            [
                policy.Version.ToString(CultureInfo.InvariantCulture),
                TimeText.Write(policy.ActivatedAt),
                inForce,
                policy.Models.ToString(CultureInfo.InvariantCulture),
                policy.Rules.ToString(CultureInfo.InvariantCulture),
                policy.ScreensPayments != 0 ? "screened" : "",
            ]);
        }

        context.Say(table);
        PolicyHash newest = policies[^1].Hash;
        context.Say($"Version {policies[^1].Version} is {Convert.ToHexStringLower(newest)}.");
        return ExitCode.Ok;
    }
}
