namespace TorchSharp;

/// <summary>
/// The tensors of a dispose scope in the order they came: a list linked through the tensors themselves, so that coming and going,
/// which every tensor does, allocates nothing.
/// </summary>
internal sealed class ScopedTensors(DisposeScope scope)
{
    private torch.Tensor? _first;
    private torch.Tensor? _last;

    internal int Count { get; private set; }

    /// <summary>Adds a tensor that is in no scope.</summary>
    internal void Add(torch.Tensor tensor)
    {
        tensor.OwningDisposeScope = scope;
        tensor.PreviousInScope = _last;
        if (_last is null)
        {
            _first = tensor;
        }
        else
        {
            _last.NextInScope = tensor;
        }

        _last = tensor;
        Count++;
    }

    /// <summary>Removes a tensor; false if it is not in this scope.</summary>
    internal bool Remove(torch.Tensor tensor)
    {
        if (!ReferenceEquals(tensor.OwningDisposeScope, scope))
        {
            return false;
        }

        (torch.Tensor? previous, torch.Tensor? next) = (tensor.PreviousInScope, tensor.NextInScope);
        if (previous is null)
        {
            _first = next;
        }
        else
        {
            previous.NextInScope = next;
        }

        if (next is null)
        {
            _last = previous;
        }
        else
        {
            next.PreviousInScope = previous;
        }

        tensor.PreviousInScope = null;
        tensor.NextInScope = null;
        tensor.OwningDisposeScope = null;
        Count--;
        return true;
    }

    /// <summary>Removes and returns the first tensor; null if there is none.</summary>
    internal torch.Tensor? TakeFirst()
    {
        torch.Tensor? first = _first;
        if (first is not null)
        {
            Remove(first);
        }

        return first;
    }

    internal torch.Tensor[] ToArray()
    {
        var tensors = new torch.Tensor[Count];
        int i = 0;
        for (torch.Tensor? tensor = _first; tensor is not null; tensor = tensor.NextInScope)
        {
            tensors[i++] = tensor;
        }

        return tensors;
    }
}
