using System.Text;
using FastCore.Fuzz.Core;
using FastCore.Node;
using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;
using FastCore.Storage;

namespace FastCore.Fuzz.Texts;

/// <summary>The settings that a data directory keeps as JSON.</summary>
public sealed class SettingsFuzzer : Fuzzer
{
    private static readonly string Defaults = new StateSettings(new LedgerOptions(), new PaymentsOptions()).ToString();

    /// <inheritdoc/>
    public override string Name => "settings";

    /// <inheritdoc/>
    public override string Summary => "StateSettings: the settings kept in a data directory.";

    /// <inheritdoc/>
    public override int InputSizeMax => DataDirectory.SettingsBytesMax;

    /// <inheritdoc/>
    public override long AllocationMax => 64 << 10;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens =>
    [
        .. ((string[])
        [
            "{", "}", "[", "]", ":", ",", "\"", "null", "true", "1e400", "-1", "4294967296", "99999999999999999999",
            "\"Ledger\":", "\"Payments\":", "\"SyncScheduleMs\":", "\"AllowSetup\":", "\"AccountsMax\":", "\\u0000",
            "\\ud800",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() =>
    [
        Encoding.UTF8.GetBytes(Defaults),
        Encoding.UTF8.GetBytes("{\"Ledger\":{},\"Payments\":{\"SyncScheduleMs\":[1,2]}}"),
        Encoding.UTF8.GetBytes("{\"Ledger\":null,\"Payments\":null}"),
    ];

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        StateSettings settings;
        try
        {
            settings = StateSettings.Parse(text);
        }
        catch (DataDirectoryException refused)
        {
            return Verdict.Refused(refused.Message);
        }

        BrokenPropertyException.Unless(
            settings is { Ledger: not null, Payments.SyncScheduleMs: not null }, "settings without their parts");
        string again = settings.ToString();
        BrokenPropertyException.Unless(
            StateSettings.Parse(again).ToString() == again, "the settings are encoded to other ones");
        return Verdict.Accepted(again.Length, settings.Payments.SyncScheduleMs.Count);
    }
}
