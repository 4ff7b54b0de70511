using System.CommandLine;
using System.Globalization;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using Spectre.Console;

namespace FastCore.Cli.Fraud;

/// <summary><c>fastcore fraud metrics</c>.</summary>
internal sealed class MetricsCommand : ConnectedFraudCommand
{
    private const uint TimeoutMs = 120_000;

    private readonly Option<int> _decisions = new("--decisions")
    {
        Description = "Look at the newest so many decisions at most.",
        HelpName = "N",
        DefaultValueFactory = _ => FraudLimits.MetricDecisionsMax,
    };

    private readonly Option<ulong> _version = new("--policy-version")
    {
        Description = "Only those that this version of the policy made.",
        HelpName = "V",
    };

    private readonly Option<string?> _from = new("--from")
    {
        Description = $"Only those committed from this time on: {TimeText.Meaning}.",
        HelpName = "TIME",
    };

    private readonly Option<string?> _to = new("--to")
    {
        Description = "Only those committed before this time.",
        HelpName = "TIME",
    };

    /// <summary>Makes the command.</summary>
    public MetricsCommand(CliConsole console)
        : base(
            console,
            "metrics",
            "What rules and models of a running node picked out, and how far scores and features moved.\n\n" +
            "Precision and recall go by the labels that are known; the population stability index compares the " +
            "later half of the decisions with the earlier one, by the time they happened. Numbers are told for all " +
            "decisions together and for each version of the policy.",
            "allow policies and every book")
    {
        foreach (Option option in (Option[])[_decisions, _version, _from, _to])
        {
            Options.Add(option);
        }

        RequireRange(_decisions, 1, FraudLimits.MetricDecisionsMax);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore fraud metrics --connect 127.0.0.1:7040", "Of the newest 100,000 decisions."),
        ("fastcore fraud metrics --connect 127.0.0.1:7040 --policy-version 4 --json", "Of one policy, for scripts."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliContext context, EngineDoor door)
    {
        MetricFilter filter = new()
        {
            Limit = Limits.ElementsPerRequestMax,
            Decisions = (uint)arguments.GetValue(_decisions),
            PolicyVersion = arguments.GetValue(_version),
            From = TimeText.Of(arguments, _from) ?? 0,
            To = TimeText.Of(arguments, _to) ?? 0,
        };
        FraudMetric[] metrics = new FraudMetric[Limits.ElementsPerRequestMax];
        Reply reply = await door.Session.GetFraudMetricsAsync(
            filter, metrics, new SendOptions { TimeoutMs = TimeoutMs });
        FrameStatusText.ThrowUnlessOk(reply);
        metrics = metrics[..reply.CountOf<FraudMetric>()];
        if (metrics.Length == 0 && (await ReadPoliciesAsync(door.Session)).Count == 0)
        {
            throw new CliException(
                ExitCode.CheckFailed, "no_policy",
                "No policy was ever in force in this node, so there are no decisions. 'fastcore serve --fraud-policy "
                + "FILE' puts one in force, 'fastcore fraud activate' in a node that runs with one.");
        }

        if (context.Json)
        {
            return WriteRows(context, "metrics", Operation.GetFraudMetrics, metrics);
        }

        if (metrics.Length == 0)
        {
            context.Say("There is no such decision.");
            return ExitCode.Ok;
        }

        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{metrics[0].Decisions} decisions from {TimeText.Write(metrics[0].Since)} to "
            + $"{TimeText.Write(metrics[0].Until)}, {metrics[0].Fraud} known as fraud."));
        foreach (IGrouping<ulong, FraudMetric> version in metrics.GroupBy(metric => metric.PolicyVersion))
        {
            context.Say(version.Key == 0 ? "All versions:" : $"Version {version.Key}:");
            context.Say(TableOf(version));
        }

        return ExitCode.Ok;
    }

    private static Table TableOf(IEnumerable<FraudMetric> metrics)
    {
        Table table = new Table().Border(TableBorder.Simple)
            .AddColumns("what", "name", "decisions", "flagged", "labelled", "fraud", "precision", "recall", "PSI");
        foreach (FraudMetric metric in metrics)
        {
            bool isShift = metric.Kind is MetricKind.ScoreStability or MetricKind.FeatureStability;
            table.AddTextRow(
            [
                SnakeCase.Of(metric.Kind.ToString()).Replace('_', ' '),
                FieldText.Of(metric.Name),
                Of(metric.Decisions),
                isShift ? "" : Of(metric.Flagged),
                isShift ? "" : Of(metric.FlaggedLabelled),
                isShift ? "" : Of(metric.FlaggedFraud),
                Of(metric.Precision),
                Of(metric.Recall),
                Of(metric.Psi),
            ]);
        }

        foreach (TableColumn column in table.Columns.Skip(2))
        {
            column.RightAligned();
        }

        return table;
    }

    private static string Of(ulong count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Of(float value) =>
        float.IsNaN(value) ? "" : value.ToString("0.0000", CultureInfo.InvariantCulture);
}
