using System.Runtime.InteropServices;
using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Autograd;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Heavy;

[Collection(nameof(TerraRuntime))]
public sealed class IndexingTests
{
    private static readonly DType[] s_dtypes = [DType.Float32, DType.Float64, DType.Int64, DType.Int32, DType.Int16, DType.UInt8, DType.Int8];

    [Fact]
    public void Gather_picks_along_each_dimension_of_every_layout_and_dtype()
    {
        foreach (DType dtype in s_dtypes)
        {
            TensorImpl self = TensorData.Tensor(dtype, [1, 2, 3, 4, 5, 6], 2, 3), index = TensorData.Longs([0, 1, 1, 0], 2, 2);
            foreach (TensorImpl variant in TensorData.Layouts(self))
            {
                foreach (TensorImpl indices in TensorData.Layouts(index))
                {
                    Checks.Equal(Aten.gather(variant, 1, indices), 1, 2, 5, 4);
                    Checks.Equal(Aten.gather(variant, -2, indices), 1, 5, 4, 2);
                }
            }
        }
    }

    [Fact]
    public void Scatter_writes_and_adds_in_the_order_of_the_index()
    {
        foreach (DType dtype in s_dtypes)
        {
            TensorImpl self = TensorData.Tensor(dtype, [1, 1, 1], 3), index = TensorData.Longs([2, 0, 2], 3);
            TensorImpl source = TensorData.Tensor(dtype, [5, 6, 7], 3);
            Checks.Equal(Aten.scatter(self, 0, index, source), 6, 1, 7);
            Checks.Equal(Aten.scatter(self, 0, index, (ScalarValue)9), 9, 1, 9);
            Checks.Equal(Aten.scatter_add(self, 0, index, source), 7, 1, 13);
            Checks.Equal(self, 1, 1, 1);
            Aten.scatter_add_(self, 0, index, source).Should().BeSameAs(self);
            Checks.Equal(self, 7, 1, 13);
            Aten.scatter_(self, 0, index, (ScalarValue)0);
            Checks.Equal(self, 0, 1, 0);
        }
    }

    [Fact]
    public void In_place_scatter_writes_through_strides()
    {
        TensorImpl self = TensorData.Reordered(TensorData.Tensor(DType.Float32, new double[6], 2, 3), reversed: true, gap: 2, offset: 1);
        Aten.scatter_(self, 1, TensorData.Longs([2, 0], 2, 1), TensorData.Tensor(DType.Float32, [8, 9], 2, 1));
        Checks.Equal(self, 0, 0, 8, 9, 0, 0);
    }

    [Fact]
    public void Index_select_and_index_add_move_slices()
    {
        TensorImpl self = TensorData.Tensor(DType.Float64, [1, 2, 3, 4, 5, 6], 3, 2), index = TensorData.Longs([2, 0, 2], 3);
        foreach (TensorImpl variant in TensorData.Layouts(self))
        {
            Checks.Equal(Aten.index_select(variant, 0, index), 5, 6, 1, 2, 5, 6);
            Checks.Equal(Aten.index_select(variant, 1, TensorData.Tensor(DType.Int32, [1], 1)), 2, 4, 6);
            TensorImpl source = TensorData.Tensor(DType.Float64, [1, 1, 2, 2, 3, 3], 3, 2);
            Checks.Equal(Aten.index_add(variant, 0, index, source, 10), 21, 22, 3, 4, 45, 46);
        }
    }

    [Fact]
    public void Advanced_indexing_puts_broadcast_dimensions_where_pytorch_does()
    {
        TensorImpl self = TensorData.Tensor(DType.Int64, [.. Enumerable.Range(0, 24).Select(i => (double)i)], 2, 3, 4);
        TensorImpl rows = TensorData.Longs([0, 2], 2), columns = TensorData.Longs([-1, 1], 2);
        TensorImpl neighbours = AdvancedIndexing.index(self, [null, rows, columns]);
        Checks.HasSizes(neighbours, 2, 2);
        Checks.Equal(neighbours, 3, 9, 15, 21);
        TensorImpl apart = AdvancedIndexing.index(self, [TensorData.Longs([1, 0], 2), null, columns]);
        Checks.HasSizes(apart, 2, 3);
        Checks.Equal(apart, 15, 19, 23, 1, 5, 9);
        TensorImpl outer = AdvancedIndexing.index(self, [null, null, TensorData.Longs([3, 0], 2, 1)]);
        Checks.HasSizes(outer, 2, 3, 2, 1);
        TensorImpl broadcast = AdvancedIndexing.index(self, [TensorData.Longs([1], 1, 1), TensorData.Longs([0, 2], 2, 1), TensorData.Longs([0, 1, 2], 3)]);
        Checks.HasSizes(broadcast, 2, 3);
        Checks.Equal(broadcast, 12, 13, 14, 20, 21, 22);
    }

    [Fact]
    public void Masks_pick_what_is_set()
    {
        TensorImpl self = TensorData.Tensor(DType.Float32, [1, 2, 3, 4, 5, 6], 2, 3);
        TensorImpl mask = TensorData.Tensor(DType.Bool, [1, 0, 1, 0, 0, 1], 2, 3), row = TensorData.Tensor(DType.Bool, [0, 1], 2);
        foreach (TensorImpl variant in TensorData.Layouts(self))
        {
            foreach (TensorImpl set in TensorData.Layouts(mask))
            {
                Checks.Equal(AdvancedIndexing.index(variant, [set]), 1, 3, 6);
                Checks.Equal(Aten.masked_select(variant, set), 1, 3, 6);
                Checks.Equal(Aten.nonzero(set), 0, 0, 0, 2, 1, 2);
            }

            Checks.Equal(AdvancedIndexing.index(variant, [row]), 4, 5, 6);
            Checks.Equal(Aten.masked_select(variant, TensorData.Tensor(DType.Bool, [0, 1, 1], 3)), 2, 3, 5, 6);
        }

        Checks.HasSizes(Aten.nonzero(TensorData.Tensor(DType.Float32, [1])), 1, 0);
    }

    [Fact]
    public void Index_put_writes_and_accumulates()
    {
        TensorImpl self = TensorData.Tensor(DType.Float32, new double[6], 2, 3), index = TensorData.Longs([1, 1, 0], 3);
        TensorImpl ones = TensorData.Tensor(DType.Float32, [1]), three = TensorData.Tensor(DType.Float32, [1, 2, 3], 3);
        Checks.Equal(AdvancedIndexing.index_put(self, [index, index], ones, accumulate: true), 1, 0, 0, 0, 2, 0);
        Checks.Equal(AdvancedIndexing.index_put(self, [TensorData.Longs([-1], 1)], three, accumulate: false), 0, 0, 0, 1, 2, 3);
        AdvancedIndexing.index_put_(self, [null, TensorData.Longs([0], 1)], ones, accumulate: false).Should().BeSameAs(self);
        Checks.Equal(self, 1, 0, 0, 1, 0, 0);
        AdvancedIndexing.index_put_(self, [TensorData.Tensor(DType.Bool, [1, 0, 0, 0, 1, 1], 2, 3)], three, accumulate: false);
        Checks.Equal(self, 1, 0, 0, 1, 2, 3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Large_indexing_reads_writes_and_adds_in_order_with_any_number_of_threads(int count)
    {
        const int Planes = 64, Rows = 7, Columns = 300;
        int[] rows = [3, -1, 3, 0, 3];
        TensorImpl self = TestTensors.Sample(1, Planes, Rows, Columns), values = TestTensors.Sample(2, Planes, rows.Length, Columns);
        TensorImpl index = TensorData.Longs([.. rows.Select(row => (long)row)], rows.Length);
        double[] source = self.Values(), given = values.Values(), added = self.Values(), written = self.Values(), read = new double[given.Length];
        for (int i = 0; i < given.Length; i++)
        {
            int row = (rows[i / Columns % rows.Length] + Rows) % Rows, place = (((i / (Columns * rows.Length) * Rows) + row) * Columns) + (i % Columns);
            read[i] = source[place];
            written[place] = given[i];
            added[place] += given[i];
        }

        int threads = WorkerPool.Shared.NumThreads;
        try
        {
            WorkerPool.Shared.NumThreads = count;
            AdvancedIndexing.index(self, [null, index]).Values().AsSpan().SequenceEqual(read).Should().BeTrue();
            AdvancedIndexing.index_put(self, [null, index], values, accumulate: false).Values().AsSpan().SequenceEqual(written).Should().BeTrue();
            AdvancedIndexing.index_put(self, [null, index], values, accumulate: true).Values().AsSpan().SequenceEqual(added).Should().BeTrue();
        }
        finally
        {
            WorkerPool.Shared.NumThreads = threads;
        }
    }

    [Fact]
    public void Embedding_copies_rows()
    {
        TensorImpl weight = TensorData.Random(DType.Float32, 1, 5, 3), indices = TensorData.Longs([4, 0, 4, 2], 2, 2);
        double[] w = TensorData.Values(weight);
        TensorImpl result = Aten.embedding(weight, indices, -1);
        Checks.HasSizes(result, 2, 2, 3);
        TensorData.Values(result).Should().Equal([.. w[12..15], .. w[0..3], .. w[12..15], .. w[6..9]]);
        TensorImpl grad = TensorData.Tensor(DType.Float32, [.. Enumerable.Repeat(1.0, 12)], 2, 2, 3);
        Checks.Equal(Aten.embedding_dense_backward(grad, indices, 5, 2), 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2);
    }

    [Fact]
    public void Gradients_agree_with_finite_differences()
    {
        TensorImpl index = TensorData.Longs([2, 0, 2, 1], 2, 2), list = TensorData.Longs([2, 0, 2], 3);
        TensorImpl mask = TensorData.Tensor(DType.Bool, [1, 0, 1, 0, 0, 1, 1, 1, 0], 3, 3);
        TensorImpl Self() => TestTensors.Sample(1, 3, 3);
        GradCheck.Verify(x => Aten.gather(x[0], 1, index), Self());
        GradCheck.Verify(x => Aten.scatter_add(x[0], 1, index, x[1]), Self(), TestTensors.Sample(2, 3, 2));
        GradCheck.Verify(x => Aten.scatter(x[0], 0, TensorData.Longs([2, 0], 1, 2), x[1]), Self(), TestTensors.Sample(2, 1, 2));
        GradCheck.Verify(x => Aten.index_select(x[0], 1, list), Self());
        GradCheck.Verify(x => Aten.index_add(x[0], 0, list, x[1], 2.5), Self(), TestTensors.Sample(2, 3, 3));
        GradCheck.Verify(x => AdvancedIndexing.index(x[0], [null, index]), Self());
        GradCheck.Verify(x => AdvancedIndexing.index_put(x[0], [TensorData.Longs([2, 0], 2)], x[1], false), Self(), TestTensors.Sample(2, 3));
        GradCheck.Verify(x => AdvancedIndexing.index_put(x[0], [index], x[1], true), Self(), TestTensors.Sample(2, 2, 2, 3));
        GradCheck.Verify(x => Aten.masked_select(x[0], mask), Self());
        GradCheck.Verify(x => Aten.embedding(x[0], index, -1), Self());
    }

    [Fact]
    public void Indices_out_of_range_are_refused_in_pytorchs_words()
    {
        TensorImpl self = TensorData.Tensor(DType.Float32, [1, 2, 3], 3), five = TensorData.Longs([5], 1), minus = TensorData.Longs([-1], 1);
        Refused(() => Aten.gather(self, 0, five), "index 5 is out of bounds for dimension 0 with size 3");
        Refused(() => Aten.gather(self, 0, minus), "index -1 is out of bounds for dimension 0 with size 3");
        Refused(() => Aten.scatter(self, 0, five, (ScalarValue)1), "index 5 is out of bounds for dimension 0 with size 3");
        Refused(() => AdvancedIndexing.index(self, [five]), "index 5 is out of bounds for dimension 0 with size 3");
        Refused(() => Aten.index_select(self, 0, five), "index out of range in self");
        Refused(() => Aten.embedding(Views.view(self, 3, 1), five, -1), "index out of range in self");
        Refused(() => AdvancedIndexing.index(self, [five, five]), "too many indices*");
        Refused(() => Aten.gather(self, 1, five), "Dimension out of range (expected to be in range of [-1, 0], but got 1)");
    }

    private static void Refused(Func<TensorImpl> call, string message) => call.Should().Throw<ExternalException>().WithMessage(message);

    /// <summary>index_copy and index_fill: one list of places for all slices.</summary>
    [Fact]
    public void Scatter_by_a_list_for_all_slices_is_scatter_by_each_ones_own()
    {
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64, DType.UInt8, DType.Int16])
        {
            foreach ((long[] sizes, int dim) in ((long[], int)[])[([40, 1001], 0), ([3, 40, 1001], 1), ([3, 40, 3], 1), ([1001, 40], 1), ([40, 7], 0)])
            {
                long count = 2 * sizes[dim];
                long[] alone = [.. sizes.Select((_, d) => d == dim ? count : 1)], spread = [.. sizes.Select((size, d) => d == dim ? count : size)];
                TensorImpl self = Ops.Draw.Of(dtype, sizes), source = Ops.Draw.Of(dtype, spread), list = Ops.Draw.Indices(sizes[dim], alone);
                TensorImpl seen = Views.expand(list, spread), own = Aten.clone(seen);
                own = own.Layout.IsContiguous ? own : Composite.contiguous(own);
                double[] copied = TensorBits.ToDoubles(Aten.scatter(self, dim, own, source)), filled = TensorBits.ToDoubles(Aten.scatter(self, dim, own, 1));
                TensorBits.ToDoubles(Aten.scatter(self, dim, seen, source)).Should().Equal(copied);
                TensorBits.ToDoubles(Aten.scatter(self, dim, seen, 1)).Should().Equal(filled);
                TensorImpl target = Aten.clone(self);
                Aten.scatter_(target, dim, seen, source);
                TensorBits.ToDoubles(target).Should().Equal(copied);
            }
        }
    }
}
