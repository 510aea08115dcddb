using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Properties of broadcasting and of type promotion.</summary>
public class ShapeRulesTests
{
    private static readonly DType[] s_dtypes =
        [DType.UInt8, DType.Int8, DType.Int16, DType.Int32, DType.Int64, DType.Float32, DType.Float64, DType.Bool];

    [Fact]
    public void Broadcasting_is_commutative_and_absorbs_its_arguments() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), static seed =>
        {
            (Layout a, Layout b, long[] full) = BroadcastablePair(new System.Random(seed));
            Layout result = ShapeRules.Broadcast(a, b);
            return result.Sizes.SequenceEqual(full)
                && ShapeRules.Broadcast(b, a).SameSizes(result)
                && ShapeRules.Broadcast(result, a).SameSizes(result)
                && ShapeRules.Contiguous(result).Equals(Layout.Contiguous([.. full]));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Reducing_then_expanding_keeps_the_rank_and_the_count() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), static seed =>
        {
            var random = new System.Random(seed);
            var sizes = new long[random.Next(0, 5)];
            for (int i = 0; i < sizes.Length; i++)
            {
                sizes[i] = random.Next(0, 4);
            }

            Layout layout = Layout.Contiguous([.. sizes]);
            bool[] reduced = Array.ConvertAll(sizes, _ => random.Next(2) == 0);
            Layout kept = ShapeRules.Reduce(layout, reduced, keepdim: true), dropped = ShapeRules.Reduce(layout, reduced, keepdim: false);
            return kept.Rank == layout.Rank
                && dropped.Rank == reduced.Count(static marked => !marked)
                && kept.NumberOfElements == dropped.NumberOfElements
                && kept.NumberOfElements * ShapeRules.ReducedCount(layout.Sizes, reduced) == layout.NumberOfElements;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Promotion_is_a_join()
    {
        foreach (DType a in s_dtypes)
        {
            DTypes.Promote(a, a).Should().Be(a);
            foreach (DType b in s_dtypes)
            {
                DType both = DTypes.Promote(a, b);
                DTypes.Promote(b, a).Should().Be(both);
                DTypes.Promote(both, a).Should().Be(both);
                TypePromotion.CanCast(a, both).Should().BeTrue("{0} and {1} are computed in {2}", a, b, both);
                foreach (DType c in s_dtypes)
                {
                    DTypes.Promote(both, c).Should().Be(DTypes.Promote(a, DTypes.Promote(b, c)));
                }
            }
        }
    }

    /// <summary>Two layouts made from common sizes by dropping leading dimensions and setting others to 1.</summary>
    private static (Layout A, Layout B, long[] Full) BroadcastablePair(System.Random random)
    {
        var full = new long[random.Next(0, 5)];
        for (int i = 0; i < full.Length; i++)
        {
            full[i] = random.Next(0, 4);
        }

        int dropped = random.Next(0, full.Length + 1);
        bool firstIsWhole = random.Next(2) == 0;
        var part = new long[full.Length - dropped];
        var whole = (long[])full.Clone();
        for (int i = 0; i < part.Length; i++)
        {
            bool one = random.Next(3) == 0;
            part[i] = one ? 1 : full[dropped + i];
            whole[dropped + i] = !one && random.Next(3) == 0 ? 1 : whole[dropped + i];
        }

        Layout a = Layout.Contiguous(whole), b = Layout.Contiguous(part);
        return firstIsWhole ? (a, b, full) : (b, a, full);
    }
}
