using FastCore.Fuzz.Core;
using FastCore.Fuzz.Frames;
using FastCore.Fuzz.MessagePack;
using FastCore.Fuzz.Requests;
using FastCore.Fuzz.Storage;
using FastCore.Fuzz.Texts;
using FastCore.Fuzz.Trees;

namespace FastCore.Fuzz;

/// <summary>The fuzzers of the libraries. Each call makes new ones, as a fuzzer belongs to one thread.</summary>
public static class Fuzzers
{
    /// <summary>All of them, in the order in which bytes travel: wire, gate, disk, configuration, models.</summary>
    public static IReadOnlyList<Fuzzer> All() =>
    [
        new FrameFuzzer(),
        new HelloFuzzer(),
        new HelloReplyFuzzer(),
        new ReplyFuzzer(),
        new GateFuzzer(),
        new RequestFuzzer(),
        new PolicyUploadFuzzer(),
        new MessagePackFuzzer(),
        new JournalEntryFuzzer(),
        new JournalHeadFuzzer(),
        new JournalScanFuzzer(),
        new CommandPackingFuzzer(),
        new ManifestFuzzer(),
        new SnapshotFuzzer(),
        new HistoryBlockFuzzer(),
        new RowPackingFuzzer(),
        new HistoryMarkFuzzer(),
        new FormatFuzzer(),
        new SettingsFuzzer(),
        new AccessFuzzer(),
        new AddressFuzzer(),
        new RulesFuzzer(),
        new FeaturesFuzzer(),
        new PolicyFuzzer(),
        new ChartFuzzer(),
        new JsonModelFuzzer(),
        new UbjModelFuzzer(),
    ];
}
