using FastCore.Cli.Fuzz;
using FastCore.Fuzz.Canary;
using FastCore.Fuzz.Core;
using FastCore.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace FastCore.Fuzz.Tests;

/// <summary>
/// The properties of the fuzzers over changes that FsCheck draws and, when one breaks a property, shrinks to the
/// fewest and smallest. Each run has a fresh seed, which FsCheck prints with what it found.
/// </summary>
public sealed class ShrinkingTests
{
    private const int TestsMax = 150;

    public static TheoryData<string> Names => [.. FuzzerList.All().Select(fuzzer => fuzzer.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_change_of_a_seed_breaks_a_property(string name)
    {
        Fuzzer fuzzer = FuzzerList.All().Single(fuzzer => fuzzer.Name == name);
        PropertyOf(fuzzer).Check(Config.QuickThrowOnFailure.WithMaxTest(TestsMax));
    }

    [Fact]
    public void A_planted_crash_is_found_and_shrunk()
    {
        using PlantedFuzzer fuzzer = new(FuzzFault.Exception);
        Exception found = Assert.ThrowsAny<Exception>(
            () => PropertyOf(fuzzer).Check(Config.QuickThrowOnFailure.WithMaxTest(100_000)));

        // One change is enough to lengthen the third record, so no more are left.
        Assert.Contains("shrink", found.Message, StringComparison.Ordinal);
    }

    private static Property PropertyOf(Fuzzer fuzzer)
    {
        byte[][] seeds = [.. fuzzer.Seeds()];
        return Prop.ForAll<NonNegativeInt, int[]>((seed, changes) =>
        {
            byte[] buffer = new byte[fuzzer.InputSizeMax];
            byte[] start = seeds[seed.Get % seeds.Length];
            start.CopyTo(buffer, 0);
            int length = Apply(changes, buffer, start.Length);
            if (changes.Length % 4 != 0)
            {
                fuzzer.Mend(buffer.AsSpan(0, length), new SeededRandom((ulong)seed.Get + 1));
            }

            _ = fuzzer.Run(buffer.AsSpan(0, length));
        });
    }

    // Three numbers are a change: what, where, and with which value.
    private static int Apply(int[] changes, byte[] buffer, int length)
    {
        for (int i = 0; i + 2 < changes.Length; i += 3)
        {
            int at = length == 0 ? 0 : (int)((uint)changes[i + 1] % (uint)length);
            byte value = (byte)changes[i + 2];
            switch ((uint)changes[i] % 5)
            {
                case 0 when length > 0:
                    buffer[at] ^= (byte)(1 << (value % 8));
                    break;
                case 1 when length > 0:
                    buffer[at] = value;
                    break;
                case 2:
                    length = at;
                    break;
                case 3 when length < buffer.Length:
                    buffer.AsSpan(at, length - at).CopyTo(buffer.AsSpan(at + 1));
                    buffer[at] = value;
                    length++;
                    break;
                case 4 when length > 0:
                    buffer.AsSpan(at + 1, length - at - 1).CopyTo(buffer.AsSpan(at));
                    length--;
                    break;
            }
        }

        return length;
    }
}
