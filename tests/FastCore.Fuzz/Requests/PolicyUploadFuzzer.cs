using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using FastCore.Engine.Ports;
using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Fuzz.Core;
using FastCore.Node.Fraud;
using FastCore.Protocol.Fraud;
using FastCore.Testing;

namespace FastCore.Fuzz.Requests;

/// <summary>
/// A run of parts of policy files and of activations, as clients send them, against the desk's uploads and a naive twin
/// of them. Each step of the input is a kind (one byte), how many elements follow the first (one byte), the elements.
/// </summary>
public sealed class PolicyUploadFuzzer : Fuzzer
{
    private const int StepSize = 2;
    private const int StepsMax = 8;
    private const int FurtherMax = 6;
    private const int ElementSize = PolicyUpload.Size;
    private const byte Activation = 3;

    private static readonly byte[] Document = """
        {"version":1,"rules":["a"],"thresholds":{"review":0.5,"decline":0.9},
        "failure":{"features":"open","model":"open"},"payments":false}
        """u8.ToArray();

    private static readonly byte[] Rules = "list \"l\" of card block\n"u8.ToArray();

    /// <inheritdoc/>
    public override string Name => "policy-uploads";

    /// <inheritdoc/>
    public override string Summary => "PolicyUploads, PolicyAssembly: policy files in parts, and what they make.";

    /// <inheritdoc/>
    public override int InputSizeMax => 3072;

    /// <inheritdoc/>
    public override long AllocationMax => 24 << 20;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } =
        [SHA256.HashData(Document), SHA256.HashData(Rules), .. Words("\"a\"", "\"rules\":", "{", "}", "1", "0.5")];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        byte[] activation = [Activation, 1, .. Bytes(FileOf(Document, "")), .. Bytes(FileOf(Rules, "a"))];
        yield return [.. Part(Rules, 0, Rules.Length), .. Part(Document, 0, Document.Length), .. activation];
        yield return
        [
            .. Part(Document, 0, 50), .. Part(Rules, 0, Rules.Length), .. Part(Document, 30, Document.Length),
            .. activation, .. Part(Document, 0, 0), Activation, 0, .. Bytes(FileOf(Document, "")),
        ];
        yield return [.. Part(Document, 9, 60), .. Part(Document, 0, 0), .. activation];
        yield return [Activation, 1, .. Bytes(FileOf(Document, "")), .. Bytes(FileOf(Document, ""))];
    }

    /// <summary>What was sent whole gets its hash, and activations name what was sent, in its order.</summary>
    public override void Mend(Span<byte> input, SeededRandom random)
    {
        List<byte[]> hashes = [];
        for (int steps = 0; steps < StepsMax && TryStep(input, out int size); steps++)
        {
            Span<byte> elements = input[StepSize..size];
            if (input[0] % 4 == Activation)
            {
                for (int i = 0; i < hashes.Count && (i + 1) * ElementSize <= elements.Length; i++)
                {
                    hashes[^(i + 1)].CopyTo(elements[(i * ElementSize)..]);
                }
            }
            else if (MemoryMarshal.Read<PolicyUpload>(elements) is { Offset: 0 } part
                && part.PartBytes == part.FileBytes && part.PartBytes <= (ulong)(elements.Length - ElementSize))
            {
                byte[] hash = SHA256.HashData(elements.Slice(ElementSize, (int)part.PartBytes));
                hash.CopyTo(elements);
                hashes.Add(hash);
            }

            input = input[size..];
        }
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        PolicyStore store = new(null, FeatureSet.Default);
        PolicyUploads uploads = new(store, new ManualClock());
        PolicyAssembly assembly = new(store, uploads);
        Dictionary<string, (ulong FileBytes, List<byte> Content)> twin = [];
        bool isAccepted = false;
        int shape = 0;
        for (int steps = 0; steps < StepsMax && TryStep(input, out int size); steps++)
        {
            ReadOnlySpan<byte> elements = input[StepSize..size];
            int outcome = input[0] % 4 == Activation
                ? Assemble(assembly, MemoryMarshal.Cast<byte, PolicyFile>(elements))
                : Take(uploads, twin, elements);
            isAccepted |= outcome == (int)FraudStatus.Ok;
            shape = (shape * 31) + outcome;
            input = input[size..];
        }

        foreach ((string name, (ulong fileBytes, List<byte> content)) in twin)
        {
            PolicyHash hash = MemoryMarshal.Read<PolicyHash>(Convert.FromHexString(name));
            bool isThere = (ulong)content.Count == fileBytes || uploads.IsStored(hash);
            byte[]? found = uploads.Find(hash);
            BrokenPropertyException.Unless(isThere == found is not null, "a file is there that is not whole, or not");
            BrokenPropertyException.Unless(
                found is null || Convert.ToHexStringLower(SHA256.HashData(found)) == name, "a file is another one");
        }

        return isAccepted ? Verdict.Accepted(shape) : Verdict.Refused(shape);
    }

    private static int Assemble(PolicyAssembly assembly, ReadOnlySpan<PolicyFile> files)
    {
        FraudStatus status = assembly.TryGet(files, out FraudPolicy? policy, out IReadOnlyList<string> mistakes);
        BrokenPropertyException.Unless(
            status == FraudStatus.Ok == policy is not null, "a policy is there, and was refused, or neither");
        BrokenPropertyException.Unless(
            status == FraudStatus.PolicyRefused == mistakes.Count > 0, "a refusal has its mistakes, and nothing else");
        BrokenPropertyException.Unless(
            mistakes.All(mistake => mistake.Length > 0 && !mistake.Contains('\n')), "a mistake is no line");
        return (int)status;
    }

    // The rules once more, over lists that grow byte by byte.
    private static int Take(
        PolicyUploads uploads,
        Dictionary<string, (ulong FileBytes, List<byte> Content)> twin,
        ReadOnlySpan<byte> elements)
    {
        PolicyUpload part = MemoryMarshal.Read<PolicyUpload>(elements);
        byte[] bytes = elements[ElementSize..].ToArray();
        string name = Convert.ToHexStringLower(part.Hash);
        bool isKnown = twin.TryGetValue(name, out (ulong FileBytes, List<byte> Content) file);
        bool isStored = !isKnown && uploads.IsStored(part.Hash);
        List<byte> content = isKnown ? file.Content : [];
        ulong had = (ulong)content.Count;
        (FraudStatus Code, ulong Received) expected;
        if (!IsInRange(part, bytes))
        {
            expected = (FraudStatus.UploadOutOfRange, 0);
        }
        else if (isStored)
        {
            expected = (FraudStatus.Ok, part.FileBytes);
        }
        else if (isKnown && file.FileBytes != part.FileBytes)
        {
            expected = (FraudStatus.UploadOutOfRange, had);
        }
        else if (part.Offset > had)
        {
            expected = (FraudStatus.UploadHasGap, had);
        }
        else
        {
            for (ulong at = part.Offset; at < part.Offset + part.PartBytes; at++)
            {
                if (at >= had)
                {
                    content.Add(bytes[at - part.Offset]);
                }
            }

            bool differs = (ulong)content.Count > had && (ulong)content.Count == part.FileBytes
                && Convert.ToHexStringLower(SHA256.HashData(CollectionsMarshal.AsSpan(content))) != name;
            expected = differs ? (FraudStatus.UploadDiffers, 0) : (FraudStatus.Ok, (ulong)content.Count);
            if (differs)
            {
                twin.Remove(name);
            }
            else if (content.Count > 0)
            {
                twin[name] = (part.FileBytes, content);
            }
        }

        PolicyUploadResult result = uploads.Take(elements);
        BrokenPropertyException.Unless(
            (result.Code, result.Received) == expected,
            $"{result.Code} with {result.Received} bytes instead of {expected.Code} with {expected.Received}");
        return (int)result.Code;
    }

    private static bool IsInRange(in PolicyUpload part, byte[] bytes) =>
        part is { Reserved0: 0 } && part.Reserved1 == 0 && part.Reserved2 == 0 && part.Reserved3 == 0
        && part.Reserved4 == 0 && part.FileBytes != 0 && part.FileBytes <= FraudLimits.UploadBytesMax
        && (UInt128)part.Offset + part.PartBytes <= part.FileBytes
        && (part.PartBytes + ElementSize - 1) / ElementSize * ElementSize == (ulong)bytes.Length
        && bytes.Skip((int)part.PartBytes).All(value => value == 0);

    private static bool TryStep(ReadOnlySpan<byte> input, out int size)
    {
        size = input.Length < StepSize ? 0 : StepSize + ((1 + (input[1] % FurtherMax)) * ElementSize);
        return size > 0 && size <= input.Length;
    }

    private static byte[] Part(byte[] file, int begin, int end)
    {
        PolicyUpload part = new()
        {
            Hash = MemoryMarshal.Read<PolicyHash>(SHA256.HashData(file)),
            FileBytes = (ulong)file.Length,
            Offset = (ulong)begin,
            PartBytes = (ulong)(end - begin),
        };
        int further = (end - begin + ElementSize - 1) / ElementSize;
        byte[] bytes = new byte[further * ElementSize];
        file.AsSpan(begin, end - begin).CopyTo(bytes);
        return [0, (byte)further, .. Bytes(part), .. bytes];
    }

    private static PolicyFile FileOf(byte[] content, string name)
    {
        PolicyFile file = new() { Hash = MemoryMarshal.Read<PolicyHash>(SHA256.HashData(content)) };
        Encoding.UTF8.GetBytes(name).CopyTo(file.Name);
        return file;
    }

    private static byte[] Bytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    private static byte[][] Words(params string[] words) => [.. words.Select(Encoding.UTF8.GetBytes)];
}
