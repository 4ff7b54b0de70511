using FastCore.Engine.Ports;
using FastCore.Node;
using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Storage;
using FastCore.Testing;

namespace FastCore.Integration.Tests.Torture;

/// <summary>
/// A bit is flipped somewhere in the files of a node that was closed: verifying or opening says so, or what is served
/// is what was written; never anything else. <c>FASTCORE_TORTURE_FLIPS</c> sets the number of flips.
/// </summary>
public sealed class NodeBitFlipTests
{
    private const ulong Merchants = 6;
    private const int PaymentsPerMerchant = 700;
    private const long IndexMemoryBytes = 16 << 20;

    [Theory]
    [InlineData(11)]
    public async Task A_flipped_bit_anywhere_is_reported_or_changes_nothing(ulong seed)
    {
        using TemporaryFolder folder = new();
        string books = folder.Of("books");
        await WriteAsync(books);
        VerificationReport whole = JournalVerifier.Verify(books, null, IndexMemoryBytes);
        string[] expected = [.. whole.Partitions.Select(partition => partition.StateHash)];
        await OpenAsync(folder, books, expected, "no flip");
        int flips = int.TryParse(Environment.GetEnvironmentVariable("FASTCORE_TORTURE_FLIPS"), out int number)
            ? number
            : 40;
        SeededRandom random = new(seed);
        string[] files = [.. Directory.GetFiles(books, "*", SearchOption.AllDirectories)
            .Where(file => new FileInfo(file).Length > 0)
            .Where(file => !file.Contains("/scratch/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        Assert.Contains(files, file => file.Contains("/journal/", StringComparison.Ordinal));
        Assert.Contains(files, file => file.Contains("/checkpoint/", StringComparison.Ordinal));
        Assert.Contains(files, file => file.Contains("/history/", StringComparison.Ordinal));

        int reported = 0;
        int harmless = 0;
        for (int flip = 0; flip < flips; flip++)
        {
            string file = files[flip % files.Length];
            long position = PositionIn(file, random);
            int bit = random.Below(8);
            string place = $"seed {seed}, flip {flip}: {Path.GetRelativePath(books, file)} at {position}, bit {bit}";
            FlipBit(file, position, bit);
            if (IsReported(books, expected, place))
            {
                reported++;
            }
            else
            {
                await OpenAsync(folder, books, expected, place);
                harmless++;
            }

            FlipBit(file, position, bit);
        }

        // The lock file holds nothing that is served, nor does a history's file behind what the checkpoint counts; some
        // histories have no row at all here.
        Assert.True(reported >= flips / 3, $"{reported} reported, {harmless} harmless");
        Assert.False(IsReported(books, expected, "no flip"));
    }

    // Half of the flips go where something was written; most of a prepared journal file is zero.
    private static long PositionIn(string file, SeededRandom random)
    {
        byte[] bytes = File.ReadAllBytes(file);
        int used = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        return used > 0 && random.OneIn(2) ? random.Below(used) : random.Below(bytes.Length);
    }

    private static bool IsReported(string books, string[] expected, string place)
    {
        VerificationReport report;
        try
        {
            report = JournalVerifier.Verify(books, null, IndexMemoryBytes);
        }
        catch (Exception e) when (e is CorruptStorageException or DataDirectoryException)
        {
            return true;
        }

        if (!report.IsSound)
        {
            return true;
        }

        // Only what nobody was told about may be cut off, so the state is what it was, cut or not.
        Assert.True(expected.SequenceEqual(report.Partitions.Select(partition => partition.StateHash)), place);
        return report.Partitions.Any(partition => partition.TornTail is not null);
    }

    private static async Task OpenAsync(TemporaryFolder folder, string books, string[] expected, string place)
    {
        string copy = folder.Of("copy");
        CopyTree(books, copy);
        try
        {
            await using FastCoreNode node = FastCoreNode.Open(SmallNodes.Options(copy, 0));
            string[] hashes = await HashesAsync(node);
            Assert.True(expected.SequenceEqual(hashes), place);
        }
        catch (Exception e) when (e is CorruptStorageException or DataDirectoryException)
        {
            // Opening looks at what verifying has no need of; a refusal is as good as a report.
        }

        Directory.Delete(copy, recursive: true);
    }

    private static async Task WriteAsync(string books)
    {
        await using FastCoreNode node = FastCoreNode.Open(SmallNodes.Options(books, 2));
        await using IFastCoreSession session = node.OpenSession();
        PaymentResult[] results = new PaymentResult[PaymentsPerMerchant];
        CreateMerchant[] merchants = new CreateMerchant[Merchants];
        for (ulong merchant = 1; merchant <= Merchants; merchant++)
        {
            merchants[merchant - 1] =
                new CreateMerchant { Merchant = merchant, Currency = 356, FeePpm = 20_000, Prefund = 1UL << 40 };
        }

        _ = await session.CreateMerchantsAsync(merchants, results);
        await PayAsync(session, 1);
        await node.CheckpointAsync();
        await PayAsync(session, 1 + PaymentsPerMerchant);
        await node.CheckpointAsync();
        await PayAsync(session, 1 + (2 * PaymentsPerMerchant));
    }

    private static async Task PayAsync(IFastCoreSession session, int firstId)
    {
        for (ulong merchant = 1; merchant <= Merchants; merchant++)
        {
            CreatePayment[] payments = new CreatePayment[PaymentsPerMerchant];
            for (int i = 0; i < payments.Length; i++)
            {
                payments[i] = new CreatePayment
                {
                    Id = (ulong)(firstId + i),
                    Merchant = merchant,
                    Amount = 1_000 + (ulong)i,
                    Currency = 356,
                };
            }

            PaymentResult[] results = new PaymentResult[payments.Length];
            Reply reply = await session.CreatePaymentsAsync(payments, results);
            Assert.Equal(FrameStatus.Ok, reply.Status);
            Assert.All(results, result => Assert.Equal(PaymentStatus.Ok, result.Code));
        }
    }

    private static async Task<string[]> HashesAsync(FastCoreNode node) =>
        [.. (await node.StateHashesAsync()).Select(hash => hash.ToString("x16"))];

    private static void FlipBit(string file, long position, int bit)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = position;
        int value = stream.ReadByte();
        stream.Position = position;
        stream.WriteByte((byte)(value ^ (1 << bit)));
    }

    private static void CopyTree(string source, string target)
    {
        foreach (string directory in Directory.GetDirectories(source, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(target, Path.GetRelativePath(source, directory)));
        }

        foreach (string file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(target, Path.GetRelativePath(source, file)));
        }
    }
}
