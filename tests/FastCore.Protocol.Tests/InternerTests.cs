using System.Globalization;
using System.Text;
using Xunit;

namespace FastCore.Protocol.Tests;

/// <summary>X10: one string for a text, within bounds.</summary>
public sealed class InternerTests
{
    [Fact]
    public void A_text_that_comes_again_is_the_same_string_and_allocates_nothing()
    {
        Interner interner = new(100, 10_000);
        byte[] utf8 = Encoding.UTF8.GetBytes("Krämer ₹ 𝄞");
        string first = interner.Intern(utf8);
        Assert.Equal("Krämer ₹ 𝄞", first);
        Assert.Same(first, interner.Intern("Krämer ₹ 𝄞"));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            _ = interner.Intern(utf8);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal((1_001, 1, 1), (interner.Hits, interner.Misses, interner.Count));
    }

    [Fact]
    public void What_is_not_utf8_becomes_what_Encoding_makes_of_it()
    {
        byte[] broken = [0x61, 0xC3, 0xFF, 0xE2, 0x82];
        Assert.Equal(Encoding.UTF8.GetString(broken), new Interner(4, 100).Intern(broken));
    }

    [Fact]
    public void Neither_count_nor_bytes_grow_beyond_their_bounds_and_texts_stay_right()
    {
        Interner interner = new(50, 600);
        Random random = new(7);
        for (int i = 0; i < 100_000; i++)
        {
            string text = new('x', random.Next(0, 40));
            text += random.Next(0, 200).ToString(CultureInfo.InvariantCulture);
            Assert.Equal(text, interner.Intern(Encoding.UTF8.GetBytes(text)));
            Assert.True(interner.Count <= 50 && interner.Bytes <= 600);
        }

        Assert.True(interner.Hits > 0 && interner.Misses > 1_000);
    }

    [Fact]
    public void A_text_that_is_asked_for_stays_while_strangers_pass()
    {
        Interner interner = new(10, 10_000);
        string kept = interner.Intern("regular");
        for (int i = 0; i < 1_000; i++)
        {
            _ = interner.Intern(i.ToString(CultureInfo.InvariantCulture));
            Assert.Same(kept, interner.Intern("regular"));
        }
    }

    [Fact]
    public void A_long_text_is_made_and_not_kept()
    {
        Interner interner = new(10, 1 << 20);
        string text = new('y', 129);
        Assert.Equal(text, interner.Intern(text));
        Assert.Equal(text, interner.Intern(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(0, interner.Count);
    }

    [Fact]
    public void A_text_beyond_all_bytes_is_not_kept()
    {
        Interner interner = new(10, 8);
        Assert.Equal("12345", interner.Intern("12345"));
        Assert.Equal(0, interner.Count);
        Assert.Same(interner.Intern("1234"), interner.Intern("1234"));
    }
}
