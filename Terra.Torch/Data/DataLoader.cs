using System.Collections;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.utils.data;

namespace TorchSharp.Modules;

/// <summary>Batches of a dataset's items. Each enumeration is a pass over the dataset.</summary>
/// <typeparam name="T">An item.</typeparam>
/// <typeparam name="S">A batch.</typeparam>
public class DataLoader<T, S> : IEnumerable<S>, IDisposable
{
    /// <param name="dataset">Where the items come from.</param>
    /// <param name="batchSize">Items per batch.</param>
    /// <param name="collate_fn">Puts items together to a batch on a device.</param>
    /// <param name="shuffler">The order of the items; enumerated anew in each pass.</param>
    /// <param name="device">Where batches go; the CPU by default.</param>
    /// <param name="num_worker">How many threads get the items of a batch.</param>
    /// <param name="drop_last">Whether to leave out a last batch of too few items.</param>
    /// <param name="disposeBatch">Whether a batch's tensors are disposed as soon as the next one is asked for.</param>
    /// <param name="disposeDataset">Whether the loader disposes the dataset when it is disposed itself.</param>
    public DataLoader(
        Dataset<T> dataset,
        int batchSize,
        Func<IEnumerable<T>, Device, S> collate_fn,
        IEnumerable<long> shuffler,
        Device? device = null,
        int num_worker = 1,
        bool drop_last = false,
        bool disposeBatch = true,
        bool disposeDataset = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        this.dataset = dataset;
        batch_size = batchSize;
        this.collate_fn = collate_fn;
        sampler = shuffler;
        Device = device ?? CPU;
        num_workers = Math.Max(num_worker, 1);
        this.drop_last = drop_last;
        DisposeBatch = disposeBatch;
        DisposeDataset = disposeDataset;
    }

    /// <inheritdoc cref="DataLoader{T, S}(Dataset{T}, int, Func{IEnumerable{T}, Device, S}, IEnumerable{long}, Device, int, bool, bool, bool)"/>
    /// <param name="shuffle">Whether the items come in random order.</param>
    /// <param name="seed">The seed of the random order, which then is the same in each pass.</param>
    public DataLoader(
        Dataset<T> dataset,
        int batchSize,
        Func<IEnumerable<T>, Device, S> collate_fn,
        bool shuffle = false,
        Device? device = null,
        int? seed = null,
        int num_worker = 1,
        bool drop_last = false,
        bool disposeBatch = true,
        bool disposeDataset = true)
        : this(
            dataset,
            batchSize,
            collate_fn,
            shuffle ? new FisherYatesShuffler(dataset.Count, seed) : InOrder(dataset),
            device,
            num_worker,
            drop_last,
            disposeBatch,
            disposeDataset)
    {
    }

    public Dataset<T> dataset { get; }

    public int batch_size { get; }

    public bool drop_last { get; }

    /// <summary>The order of the items.</summary>
    public IEnumerable<long> sampler { get; }

    public int num_workers { get; }

    public Func<IEnumerable<T>, Device, S> collate_fn { get; }

    public Device Device { get; }

    public bool DisposeBatch { get; }

    public bool DisposeDataset { get; }

    /// <summary>The number of batches of a pass.</summary>
    public long Count => (dataset.Count + (drop_last ? 0 : batch_size - 1)) / batch_size;

    public IEnumerator<S> GetEnumerator()
    {
        IReadOnlyList<IDisposable> current = [];
        try
        {
            foreach (long[] indices in Batches())
            {
                Dispose(current);
                (S batch, IReadOnlyList<IDisposable> made) = Load(indices);
                current = DisposeBatch ? made : [];
                yield return batch;
            }
        }
        finally
        {
            Dispose(current);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && DisposeDataset)
        {
            dataset.Dispose();
        }
    }

    private static IEnumerable<long> InOrder(Dataset<T> dataset)
    {
        for (long i = 0; i < dataset.Count; i++)
        {
            yield return i;
        }
    }

    private static void Dispose(IReadOnlyList<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables)
        {
            disposable.Dispose();
        }
    }

    private IEnumerable<long[]> Batches() => sampler.Chunk(batch_size).Where(batch => !drop_last || batch.Length == batch_size);

    /// <summary>A batch, and the tensors made for it, which no dispose scope holds.</summary>
    private (S Batch, IReadOnlyList<IDisposable> Made) Load(long[] indices)
    {
        using DisposeScope itemScope = NewDisposeScope();
        var items = new T[indices.Length];
        if (num_workers == 1)
        {
            for (int i = 0; i < items.Length; i++)
            {
                items[i] = dataset.GetTensor(indices[i]);
            }
        }
        else
        {
            Parallel.For(0, items.Length, new ParallelOptions { MaxDegreeOfParallelism = num_workers }, i => items[i] = dataset.GetTensor(indices[i]));
        }

        using DisposeScope batchScope = NewDisposeScope();
        S batch = collate_fn(items, Device);
        IReadOnlyList<IDisposable> made = batchScope.DisposablesView;
        batchScope.Detach(made);
        return (batch, made);
    }
}
