namespace TorchSharp;

/// <summary>
/// Owns the tensors (and other disposables) created on its thread while it is the innermost scope, and disposes them with itself.
/// Scopes nest; <see cref="torch.NewDisposeScope"/> opens one.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    private readonly DisposeScopeManager _manager;
    private readonly ScopedTensors _tensors;

    /// <summary>What the scope holds besides tensors; null while that is nothing.</summary>
    private HashSet<IDisposable>? _others;

    internal DisposeScope(DisposeScopeManager manager, DisposeScope? outer)
    {
        _manager = manager;
        _tensors = new ScopedTensors(this);
        OuterScope = outer;
    }

    /// <summary>The scope around this one; null for the outermost.</summary>
    internal DisposeScope? OuterScope { get; set; }

    /// <summary>A copy of what the scope holds at this moment.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => [.. _tensors.ToArray(), .. _others ?? []];

    /// <summary>How many disposables the scope holds.</summary>
    public int DisposablesCount => _tensors.Count + (_others?.Count ?? 0);

    /// <summary>Takes ownership of a disposable, away from the scope that has it.</summary>
    public void Attach(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
        {
            if (ReferenceEquals(tensor.OwningDisposeScope, this) || tensor.IsInvalid)
            {
                return;
            }

            tensor.OwningDisposeScope?._tensors.Remove(tensor);
            _manager.StatisticsInstance.TensorStatistics.AttachedToScopeCount++;
        }

        Adopt(this, disposable);
    }

    /// <inheritdoc cref="Attach(IDisposable)"/>
    public void Attach(params IDisposable[] disposables)
    {
        foreach (IDisposable disposable in disposables)
        {
            Attach(disposable);
        }
    }

    /// <summary>Takes ownership of each and returns them as a list.</summary>
    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        List<IDisposable> attached = [.. disposables];
        foreach (IDisposable disposable in attached)
        {
            Attach(disposable);
        }

        return attached;
    }

    /// <summary>Whether the scope holds the disposable.</summary>
    public bool Contains(IDisposable disposable) => disposable is torch.Tensor tensor
        ? ReferenceEquals(tensor.OwningDisposeScope, this)
        : _others is not null && _others.Contains(disposable);

    /// <summary>Releases the disposable from every scope; it is then the caller's to dispose.</summary>
    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        DetachOne(disposable);
        return disposable;
    }

    /// <inheritdoc cref="Detach{T}(T)"/>
    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        DetachOne(first);
        DetachOne(second);
        return (first, second);
    }

    /// <inheritdoc cref="Detach{T}(T)"/>
    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        DetachOne(first);
        DetachOne(second);
        DetachOne(third);
        return (first, second, third);
    }

    /// <inheritdoc cref="Detach{T}(T)"/>
    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    /// <inheritdoc cref="Detach{T}(T)"/>
    public void Detach(IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables)
        {
            DetachOne(disposable);
        }
    }

    /// <summary>Disposes what the scope holds and closes it.</summary>
    public void Dispose()
    {
        DisposeEverything();
        _manager.Close(this);
    }

    /// <summary>Disposes what the scope holds at this moment; the scope stays open.</summary>
    public void DisposeEverything()
    {
        while (_tensors.TakeFirst() is { } tensor)
        {
            DisposeTensor(tensor);
        }

        DisposeOthers(null);
    }

    /// <summary>Disposes what the scope holds except these, which it keeps.</summary>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var keep = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        List<torch.Tensor> kept = [];
        while (_tensors.TakeFirst() is { } tensor)
        {
            if (keep.Contains(tensor))
            {
                kept.Add(tensor);
            }
            else
            {
                DisposeTensor(tensor);
            }
        }

        foreach (torch.Tensor tensor in kept)
        {
            _tensors.Add(tensor);
        }

        DisposeOthers(keep);
    }

    /// <inheritdoc cref="DisposeEverythingBut(IEnumerable{IDisposable})"/>
    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    /// <inheritdoc cref="DisposeEverythingBut(IEnumerable{IDisposable})"/>
    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[keep]);
        return keep;
    }

    /// <inheritdoc cref="DisposeEverythingBut(IEnumerable{IDisposable})"/>
    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[first, second]);
        return (first, second);
    }

    /// <inheritdoc cref="DisposeEverythingBut(IEnumerable{IDisposable})"/>
    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[first, second, third]);
        return (first, second, third);
    }

    /// <summary>Tells the scope that something it holds was disposed by its user.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        if (disposable is not torch.Tensor tensor)
        {
            _others?.Remove(disposable);
        }
        else if (_tensors.Remove(tensor))
        {
            _manager.StatisticsInstance.TensorStatistics.DisposedInScopeCount++;
        }
    }

    /// <summary>Hands the disposable to <paramref name="scope"/>, or to no scope if that is null.</summary>
    public T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        MoveOne(scope, disposable);
        return disposable;
    }

    /// <inheritdoc cref="MoveToOther{T}(DisposeScope, T)"/>
    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope? scope, T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        MoveOne(scope, first);
        MoveOne(scope, second);
        return (first, second);
    }

    /// <inheritdoc cref="MoveToOther{T}(DisposeScope, T)"/>
    public (T1 first, T2 second, T3 third) MoveToOther<T1, T2, T3>(DisposeScope? scope, T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        MoveOne(scope, first);
        MoveOne(scope, second);
        MoveOne(scope, third);
        return (first, second, third);
    }

    /// <inheritdoc cref="MoveToOther{T}(DisposeScope, T)"/>
    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) =>
        MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    /// <inheritdoc cref="MoveToOther{T}(DisposeScope, T)"/>
    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables)
        {
            MoveOne(scope, disposable);
        }
    }

    /// <summary>Hands the disposable to the scope around this one, or to no scope if there is none.</summary>
    public T MoveToOuter<T>(T disposable)
        where T : IDisposable => MoveToOther(OuterScope, disposable);

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => MoveToOther(OuterScope, first, second);

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => MoveToOther(OuterScope, first, second, third);

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(OuterScope, (IEnumerable<IDisposable>)disposables);

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    /// <summary>Holds a tensor that was just created.</summary>
    internal void AddCreated(torch.Tensor tensor) => _tensors.Add(tensor);

    private static void Adopt(DisposeScope? scope, IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
        {
            scope?._tensors.Add(tensor);
        }
        else if (scope is not null)
        {
            (scope._others ??= new HashSet<IDisposable>(ReferenceEqualityComparer.Instance)).Add(disposable);
        }
    }

    private void MoveOne(DisposeScope? scope, IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor ? !_tensors.Remove(tensor) : _others is null || !_others.Remove(disposable))
        {
            return;
        }

        if (scope is null && disposable is torch.Tensor)
        {
            _manager.StatisticsInstance.TensorStatistics.DetachedFromScopeCount++;
        }

        Adopt(scope, disposable);
    }

    private void DetachOne(IDisposable disposable) => MoveOne(null, disposable);

    private void DisposeTensor(torch.Tensor tensor)
    {
        _manager.StatisticsInstance.TensorStatistics.DisposedInScopeCount++;
        tensor.DisposeByScope();
    }

    private void DisposeOthers(HashSet<IDisposable>? keep)
    {
        foreach (IDisposable disposable in _others?.ToArray() ?? [])
        {
            if (keep is null || !keep.Contains(disposable))
            {
                _others!.Remove(disposable);
                disposable.Dispose();
            }
        }
    }
}
