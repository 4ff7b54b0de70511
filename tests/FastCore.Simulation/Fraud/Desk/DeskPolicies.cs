using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

using FastCore.Protocol.Fraud;
using FastCore.Testing;

namespace FastCore.Simulation.Fraud.Desk;

/// <summary>A file as a client has it.</summary>
internal sealed class DeskFile(byte[] content)
{
    /// <summary>Its bytes.</summary>
    public byte[] Content => content;

    /// <summary>Its SHA-256, which names it.</summary>
    public byte[] Hash { get; } = SHA256.HashData(content);

    /// <summary>The same in hex.</summary>
    public string Name => Convert.ToHexStringLower(Hash);
}

/// <summary>A policy of two files: what is above its limit is reviewed, everything else passes.</summary>
/// <param name="version">Its version.</param>
/// <param name="limit">Amounts above it are reviewed; 0 = its rules have a mistake.</param>
internal sealed class DeskPolicy(ulong version, ulong limit)
{
    /// <summary>What the policy calls its rules.</summary>
    public const string RulesName = "desk.rules";

    /// <summary>Its version.</summary>
    public ulong Version => version;

    /// <summary>Amounts above it are reviewed.</summary>
    public ulong Limit => limit;

    /// <summary>Whether it can be put in force.</summary>
    public bool IsSound => limit != 0;

    /// <summary>The policy file.</summary>
    public DeskFile Document { get; } = Of(
        $$"""
        { "version": {{version}}, "rules": ["{{RulesName}}"], "thresholds": { "review": 0.5, "decline": 0.9 },
          "failure": { "features": "open", "model": "open" }, "payments": false }
        """);

    /// <summary>Its rules.</summary>
    public DeskFile Rules { get; } = Of(
        limit == 0 ? $"rule \"r{version}\": review if nonsense > 1" : $"rule \"large\": review if amount > {limit}");

    /// <summary>Whether another one means the same.</summary>
    public bool IsSame(DeskPolicy other) => (other.Version, other.Limit) == (Version, Limit);

    /// <summary>The elements of an activation.</summary>
    public PolicyFile[] Files() => [FileOf(Document.Hash, ""), FileOf(Rules.Hash, RulesName)];

    /// <summary>One element of an activation.</summary>
    public static PolicyFile FileOf(byte[] hash, string name)
    {
        PolicyFile file = new() { Hash = MemoryMarshal.Read<PolicyHash>(hash) };
        Encoding.UTF8.GetBytes(name).CopyTo(file.Name);
        return file;
    }

    /// <summary>Draws one: mostly newer than the newest, now and then of another content, or with a mistake.</summary>
    public static DeskPolicy Draw(SeededRandom random, ulong newest)
    {
        ulong version = random.OneIn(3) ? 1 + random.Below(newest + 1) : newest + 1;
        return new DeskPolicy(version, random.OneIn(6) ? 0 : 1_000 + (500 * random.Below(3UL)));
    }

    private static DeskFile Of(string text) => new(Encoding.UTF8.GetBytes(text));
}
