using System.Security.Cryptography;
using System.Text.Json;

using FastCore.Fraud.Scoring;
using FastCore.Node.Fraud;
using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;
using FastCore.Seats;
using FastCore.Storage;

namespace FastCore.Node;

/// <summary>
/// The options that shape the state: two replays of a journal agree only under the same ones. They are kept in the data
/// directory when it is made, and every later opening uses the kept ones.
/// </summary>
/// <param name="Ledger">Sizes and switches of the ledger.</param>
/// <param name="Payments">Settings of payments.</param>
/// <param name="HistoryBlockBytes">Bytes of rows in a history's block: checkpoints and their hash count blocks.</param>
/// <param name="HistorySegmentBytes">Bytes of a history's file: says which file a block is in.</param>
/// <param name="Fraud">Settings of fraud scoring; null = nothing is scored.</param>
/// <param name="Seats">Sizes of what is known about seats; null = no seats are sold.</param>
internal sealed record StateSettings(
    LedgerOptions Ledger,
    PaymentsOptions Payments,
    int HistoryBlockBytes = StateSettings.BlockBytesBefore,
    long HistorySegmentBytes = StateSettings.SegmentBytesBefore,
    FraudSettings? Fraud = null,
    SeatsOptions? Seats = null)
{
    // What every directory had that was made before these were kept.
    private const int BlockBytesBefore = 256 << 10;
    private const long SegmentBytesBefore = 256L << 20;

    public static StateSettings Of(NodeOptions options, StorageOptions sizes) =>
        new(
            options.Ledger, options.Payments, sizes.HistoryBlockBytes, sizes.HistorySegmentBytes,
            options.Fraud is { } fraud ? SettingsOf(fraud) : null, options.Seats);

    /// <summary>Makes the sizes those that are kept.</summary>
    public void ApplyTo(StorageOptions sizes)
    {
        sizes.HistoryBlockBytes = HistoryBlockBytes;
        sizes.HistorySegmentBytes = HistorySegmentBytes;
    }

    /// <summary>Reads the kept settings.</summary>
    /// <exception cref="DataDirectoryException">They are none that this version knows.</exception>
    public static StateSettings Parse(string text)
    {
        StateSettings? settings;
        try
        {
            settings = JsonSerializer.Deserialize<StateSettings>(text);
        }
        catch (JsonException e)
        {
            throw Unreadable(e.Message);
        }

        return settings is { Ledger: not null, Payments.SyncScheduleMs: not null }
            ? settings
            : throw Unreadable("a part of them is missing");
    }

    private static FraudSettings SettingsOf(FraudOptions options) =>
        new(
            Convert.ToHexStringLower(SHA256.HashData(options.FeatureFile())), options.Bounds, options.ListEntriesMax,
            options.ReviewsMax);

    private static DataDirectoryException Unreadable(string why) =>
        new(DataDirectoryError.SettingMismatch, "format", $"its settings cannot be read: {why}");

    public override string ToString() => JsonSerializer.Serialize(this);
}
