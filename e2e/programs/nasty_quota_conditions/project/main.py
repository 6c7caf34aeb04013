import quota
from quota import consume, exhausted, exists, limit, members, name


class Config:
    # evaluated while the class is made
    user = quota.default_user()
    start_limit = limit(user)
    table = {'limit': limit('bob'), 'name': name('ann').strip(), 'lazy': lambda u: limit(u)}


def greet(user=quota.default_user(), greeting='Hello'):
    return '%s %s' % (greeting, name(user).strip())


def check(user):
    if exhausted(user):
        return 'exhausted'
    elif not exists(user):
        return 'unknown'
    elif limit(user) is None:
        return 'unlimited'
    return 'left %d' % limit(user)


def require(user):
    if not consume(user):
        raise quota.denied(user)
    return limit(user)


def first_usable(users):
    for u in users:
        if exists(u) and not exhausted(u):
            return u
    else:
        return None


def pick(a, b):
    return name(a) or name(b) or 'nobody'


def main():
    print(Config.user, Config.start_limit, Config.table['limit'], Config.table['name'], Config.table['lazy']('eve'))
    print(greet(), '/', greet('bob', greeting='Bye'))
    for user in members():
        print(user, check(user))
    print('zed', check('zed'))
    for user in ('ann', 'bob', 'zed', 'eve'):
        try:
            print(user, 'left', require(user))
        except quota.Denied as e:
            print(user, 'denied:', e)
    print(first_usable(['zed', 'bob', 'ann', 'eve']), first_usable(['zed', 'bob']))
    print(pick('zed', 'bob').strip(), pick('zed', 'zod'), pick('ann', 'zed').strip().upper())
    print(limit('ann') == 2, limit('ann') != 2, limit('bob') is None, limit('eve') is None, limit('ann') in (1, 2))
    print(bool(exhausted('ann')), not exhausted('ann'), exhausted('ann') is False, isinstance(limit('ann'), int))
    print('bob' in members(), 'zed' in members(), len(members()), members()[0], members().index('eve'))
    print(exists('ann') and exists('zed'), exists('zed') or exists('ann'), exists('ann') and 'yes' or 'no')
    print('many' if limit('ann') > 1 else 'few', 1 if exists('zed') else 2)
    n = 0
    while consume('ann'):
        n += 1
        if limit('ann') == 0:
            print('now empty after', n)
    print('consumed', n)
    budget = {}
    budget[name('bob').strip()] = limit('bob')
    budget['total'] = (limit('ann') or 0) + (limit('bob') or 0)
    budget['total'] += len(members())
    print(budget, str(limit('bob')), repr(name('eve')), f'{limit("bob"):03d}', '%s' % name('zed'))
    assert not exists('zed'), 'zed must not exist'
    try:
        assert exists('zed'), 'zed is missing, only %s' % ', '.join(members())
    except AssertionError as e:
        print('AssertionError', e)
    if (left := limit('eve')) is None and consume('eve'):
        print('eve has', left)
    checks = {'ann': exhausted('ann'), 'eve': exhausted('eve')}
    print(checks, [u for u in checks if checks[u]], [*filter(None, [name('zed'), name('ann')])])
    print(len(quota.calls), quota.calls[:4])


main()
