namespace TorchSharp;

/// <summary>The dispose scopes of one thread and the counts of what lived in and outside them.</summary>
public class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager? t_current;

    internal static DisposeScopeManager ThreadSingleton => t_current ??= new DisposeScopeManager();

    /// <summary>Counts of the calling thread.</summary>
    public static ThreadDisposeScopeStatistics Statistics => ThreadSingleton.StatisticsInstance;

    internal ThreadDisposeScopeStatistics StatisticsInstance { get; } = new();

    internal DisposeScope? CurrentDisposeScope { get; private set; }

    internal DisposeScope Open() => CurrentDisposeScope = new DisposeScope(this, CurrentDisposeScope);

    /// <summary>Puts a new tensor into the innermost scope, if one is open.</summary>
    internal void Register(torch.Tensor tensor)
    {
        DisposeScope? scope = CurrentDisposeScope;
        if (scope is null)
        {
            StatisticsInstance.TensorStatistics.CreatedOutsideScopeCount++;
        }
        else
        {
            StatisticsInstance.TensorStatistics.CreatedInScopeCount++;
            scope.AddCreated(tensor);
        }
    }

    /// <summary>Takes a scope off the stack, wherever in it the scope is.</summary>
    internal void Close(DisposeScope closed)
    {
        DisposeScope? inner = null;
        for (DisposeScope? scope = CurrentDisposeScope; scope is not null; scope = scope.OuterScope)
        {
            if (!ReferenceEquals(scope, closed))
            {
                inner = scope;
            }
            else if (inner is null)
            {
                CurrentDisposeScope = scope.OuterScope;
                return;
            }
            else
            {
                inner.OuterScope = scope.OuterScope;
                return;
            }
        }
    }
}
