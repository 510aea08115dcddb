using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.utils.data;

namespace Terra.Torch.Tests.Data;

public sealed class DataLoaderTests
{
    private sealed class Squares(long count) : Dataset
    {
        public bool IsDisposed { get; private set; }

        public override long Count => count;

        public override Dictionary<string, Tensor> GetTensor(long index) => new() { ["x"] = tensor((float)index), ["y"] = tensor((float)(index * index)) };

        protected override void Dispose(bool disposing) => IsDisposed = true;
    }

    [Fact]
    public void Batches_stack_the_items_of_a_dataset_by_name()
    {
        using DataLoader loader = DataLoader(new Squares(7), 3);
        loader.Count.Should().Be(3);
        List<float[]> seen = [];
        foreach (Dictionary<string, Tensor> batch in loader)
        {
            seen.Add(batch["y"].data<float>().ToArray());
        }

        seen.Should().BeEquivalentTo(new[] { new[] { 0f, 1, 4 }, [9, 16, 25], [36] }, options => options.WithStrictOrdering());
    }

    [Fact]
    public void A_last_batch_of_too_few_items_can_be_dropped()
    {
        using DataLoader loader = DataLoader(new Squares(7), 3, drop_last: true);
        loader.Count.Should().Be(2);
        loader.Should().HaveCount(2);
    }

    [Fact]
    public void Batches_are_disposed_when_the_next_is_asked_for()
    {
        List<Tensor> batches = [];
        using (DataLoader loader = DataLoader(new Squares(4), 2))
        {
            foreach (Dictionary<string, Tensor> batch in loader)
            {
                batches.ForEach(earlier => earlier.IsInvalid.Should().BeTrue());
                batch["x"].IsInvalid.Should().BeFalse();
                batches.Add(batch["x"]);
            }
        }

        batches.Should().OnlyContain(batch => batch.IsInvalid);
        using DataLoader keeping = DataLoader(new Squares(4), 2, disposeBatch: false);
        keeping.ToList().Should().OnlyContain(batch => !batch["x"].IsInvalid);
    }

    [Fact]
    public void Shuffling_gives_every_item_once_and_with_a_seed_the_same_order()
    {
        long[] order = [.. new FisherYatesShuffler(100, 7)];
        order.Should().BeEquivalentTo(Enumerable.Range(0, 100)).And.NotBeInAscendingOrder();
        new FisherYatesShuffler(100, 7).Should().Equal(order);
        using DataLoader loader = DataLoader(new Squares(100), 8, shuffle: true, seed: 7);
        loader.SelectMany(batch => batch["x"].data<float>().ToArray()).Select(x => (long)x).Should().Equal(order);
        using DataLoader ordered = DataLoader(new Squares(4), 2, [3, 1, 0, 2]);
        ordered.SelectMany(batch => batch["x"].data<float>().ToArray()).Should().Equal(3, 1, 0, 2);
    }

    [Fact]
    public void Workers_do_not_change_the_batches()
    {
        using DataLoader loader = DataLoader(new Squares(50), 16, num_worker: 4);
        loader.SelectMany(batch => batch["y"].data<float>().ToArray()).Should().Equal(Enumerable.Range(0, 50).Select(i => (float)(i * i)));
    }

    [Fact]
    public void Tensors_are_a_dataset_of_their_parts()
    {
        Tensor x = arange(10, dtype: ScalarType.Float32).view(5, 2), y = arange(5);
        using (IterableDataLoader loader = DataLoader(TensorDataset(x, y), 2))
        {
            IList<Tensor>[] batches = [.. DataLoader(TensorDataset(x, y), 2, disposeBatch: false)];
            batches.Should().HaveCount(3);
            batches[1][0].shape.Should().Equal(2, 2);
            batches[1][0].data<float>().ToArray().Should().Equal(4, 5, 6, 7);
            batches[2][1].data<long>().ToArray().Should().Equal(4);
            loader.Count.Should().Be(3);
        }

        x.IsInvalid.Should().BeFalse("a dataset disposes only its own handles");
        Action unequal = () => TensorDataset(x, arange(4));
        unequal.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_loader_disposes_its_dataset_unless_told_not_to()
    {
        var first = new Squares(2);
        DataLoader(first, 1).Dispose();
        first.IsDisposed.Should().BeTrue();
        var second = new Squares(2);
        DataLoader(second, 1, disposeDataset: false).Dispose();
        second.IsDisposed.Should().BeFalse();
    }
}
