using System.Runtime.InteropServices;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;

namespace Terra.Runtime.Tests.Autograd;

public class ViewTests
{
    public static TheoryData<string> Names => [.. s_views.Keys];

    private static readonly Dictionary<string, Func<TensorImpl, TensorImpl>> s_views = new()
    {
        ["view"] = x => Views.view(x, 6, -1),
        ["view of a transposed tensor that allows it"] = x => Views.view(Views.transpose(x, 0, 1), 3, 2, 2, 2),
        ["reshape that copies"] = x => Composite.reshape(Views.transpose(x, 0, 2), 6, 4),
        ["permute"] = x => Views.permute(x, 2, 0, 1),
        ["transpose"] = x => Views.transpose(x, -1, 0),
        ["movedim"] = x => Views.movedim(x, [0, 2], [1, 0]),
        ["expand"] = x => Views.expand(Views.select(x, 0, 1), 2, 5, 3, 4),
        ["expand of size 1"] = x => Views.expand(Views.narrow(x, 1, 0, 1), -1, 3, -1),
        ["squeeze"] = x => Views.squeeze(Views.narrow(x, 1, 1, 1)),
        ["squeeze of a dimension"] = x => Views.squeeze(Views.narrow(x, 1, 1, 1), 1),
        ["unsqueeze"] = x => Views.unsqueeze(x, -1),
        ["select"] = x => Views.select(x, 1, -1),
        ["slice"] = x => Views.slice(x, 2, 1, 100, 2),
        ["slice of nothing"] = x => Views.slice(x, 2, 3, 1),
        ["narrow"] = x => Views.narrow(x, 2, 1, 2),
        ["diagonal"] = x => Views.diagonal(x, 1, 1, 2),
        ["diagonal below"] = x => Views.diagonal(x, -1, 0, 2),
        ["unfold with overlap"] = x => Views.unfold(x, 2, 3, 1),
        ["unfold of the first dimension"] = x => Views.unfold(x, 0, 1, 1),
        ["as_strided"] = x => Views.as_strided(x, [3, 2], [2, 7], 3),
        ["as_strided with overlap"] = x => Views.as_strided(x, [4, 3, 2], [1, 2, 0], 1),
        ["as_strided of a view that shares elements"] = x => Views.as_strided(Views.expand(Views.narrow(x, 2, 1, 1), 2, 3, 4), [2, 3, 2], [12, 4, 0], 1),
        ["as_strided of a view"] = x => Views.as_strided(Views.select(x, 0, 1), [2, 3], [4, 2], 13),
        ["as_strided of a transposed tensor"] = x => Views.as_strided(Aten.mul(Views.transpose(x, 0, 2), 2), [3, 3], [1, 5], 2),
        ["as_strided of nothing"] = x => Views.as_strided(x, [0, 3], [1, 1], 0),
        ["flatten"] = x => Composite.flatten(x, 1),
        ["unflatten"] = x => Composite.unflatten(x, 2, 2, -1),
        ["split"] = x => Views.split(x, 3, 2)[1],
        ["split by sizes"] = x => Views.split(x, [1, 2], 1)[1],
        ["chunk"] = x => Views.chunk(x, 2, 1)[1],
        ["unbind"] = x => Views.unbind(x, 1)[2],
        ["repeat"] = x => Composite.repeat(x, 2, 1, 3, 1),
        ["sum_to_size"] = x => Composite.sum_to_size(x, 3, 1),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_view_passes_gradients_back(string name) => GradCheck.Verify(x => s_views[name](x[0]), TestTensors.Sample(7, 2, 3, 4));

    [Fact]
    public void A_view_shares_bytes_and_a_reshape_copies_only_if_it_must()
    {
        using TensorImpl x = TestTensors.Sample(1, 2, 3, 4);
        using TensorImpl transposed = Views.transpose(x, 1, 2);

        Views.view(x, 6, 4).Storage.Should().BeSameAs(x.Storage);
        Composite.reshape(transposed, 2, 12).Storage.Should().NotBeSameAs(x.Storage);
        Composite.reshape(transposed, 2, 2, 2, 3).Storage.Should().BeSameAs(x.Storage);
        FluentActions.Invoking(() => Views.view(transposed, 24)).Should().Throw<ExternalException>().WithMessage("view size is not compatible*");
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        using TensorImpl x = TestTensors.Sample(1, 2, 3);

        Refused(() => Views.view(x, 4, 2), "shape '[4, 2]' is invalid for input of size 6");
        Refused(() => Views.view(x, -1, -1), "only one dimension can be inferred");
        Refused(() => Views.select(x, 0, 2), "select(): index 2 out of range*");
        Refused(() => Views.narrow(x, 1, 2, 2), "start (2) + length (2) exceeds dimension size (3).");
        Refused(() => Views.transpose(x, 0, 2), "Dimension out of range (expected to be in range of [-2, 1], but got 2)");
        Refused(() => Views.permute(x, 0, 0), "permute(): duplicate dims are not allowed.");
        Refused(() => Views.expand(x, 2, 4), "The expanded size of the tensor (4) must match the existing size (3)*");
        Refused(() => Views.as_strided(x, [2], [1, 1], 0), "mismatch in length of strides and shape");
        Refused(() => Views.as_strided(x, [2], [-1], 1), "as_strided: Negative sizes and strides are not supported*");
        Refused(() => Views.as_strided(x, [3, 2], [2, 2], 0), "setStorage: sizes * and storage offset 0 are out of bounds for a storage of 6 elements");
        Refused(() => Views.as_strided(x, [1], [1], -1), "setStorage: *");
        Refused(() => Composite.sum_to_size(x, 2, 2), "*is not expandable*");
    }

    [Fact]
    public void A_reshape_keeps_the_order_of_elements_whatever_the_strides()
    {
        var sizes = Gen.Choose(1, 4).ArrayOf(3);
        Check.QuickThrowOnFailure(Prop.ForAll(
            Arb.From(sizes), Arb.From(Gen.Shuffle(new[] { 0, 1, 2 })), Arb.From(Gen.Choose(0, 3)),
            (dims, order, form) =>
            {
                using TensorImpl x = TestTensors.Sample(3, [.. dims.Select(d => (long)d)]);
                using TensorImpl permuted = Views.permute(x, [.. order.Select(d => (long)d)]);
                ReadOnlySpan<long> s = permuted.Sizes;
                long[] target = form switch
                {
                    0 => [s[0] * s[1], s[2]],
                    1 => [s[0], s[1] * s[2]],
                    2 => [-1],
                    _ => [s[2], s[0], s[1]],
                };
                using TensorImpl reshaped = Composite.reshape(permuted, target);
                return reshaped.Values().SequenceEqual(permuted.Values());
            }));
    }

    [Fact]
    public void Writing_an_as_strided_view_is_differentiated_where_it_can_be()
    {
        GradCheck.Verify(
            static x =>
            {
                TensorImpl y = Aten.mul(x[0], 1);
                Aten.mul_(Views.as_strided(y, [2, 2], [1, 3], 1), x[1]);
                return y;
            },
            TestTensors.Sample(1, 2, 3),
            TestTensors.Sample(2, 2, 2));
        using TensorImpl weight = TestTensors.Sample(3, 1).WithGrad(), gappy = Views.slice(TestTensors.Sample(1, 8), 0, 0, 8, 2).Detach();
        using TensorImpl scaled = Aten.mul_(Views.as_strided(gappy, [2], [3], 0), weight), sum = Aten.sum(gappy, [], false, null);
        FluentActions.Invoking(() => Engine.Backward([sum])).Should().Throw<ExternalException>().WithMessage("as_strided: an in-place op on a view of a tensor that does not fill its memory*");
    }

    private static void Refused(Func<TensorImpl> action, string message) =>
        FluentActions.Invoking(action).Should().Throw<ExternalException>().WithMessage(message);

    [Fact]
    public void Gradients_of_a_weight_used_transposed_several_times_are_summed_in_its_own_order()
    {
        using TensorImpl weight = TestTensors.Sample(1, 4, 3).WithGrad();
        using TensorImpl x = TestTensors.Sample(2, 2, 3), seed = TestTensors.Of([1], []);
        TensorImpl total = TestTensors.Of([0], []);
        for (int use = 0; use < 3; use++)
        {
            using TensorImpl product = Aten.mm(x, Views.transpose(weight, 0, 1)), sum = Aten.sum(product, [], false, null);
            total = Aten.add(total, sum, 1);
        }

        TensorImpl gradient = Engine.Grad([total], [weight], [seed])[0]!;

        double[] columnSums = [.. Enumerable.Range(0, 3).Select(j => x.Values()[j] + x.Values()[3 + j])];
        gradient.Values().Should().BeEquivalentTo(
            Enumerable.Range(0, 12).Select(i => 3 * columnSums[i % 3]), o => o.WithStrictOrdering().Using<double>(c => c.Subject.Should().BeApproximately(c.Expectation, 1e-12)).WhenTypeIs<double>());
        gradient.Layout.Strides.ToArray().Should().Equal(1, 4);
    }
}
